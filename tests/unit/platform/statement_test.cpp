#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <set>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/peek.hpp"
#include "tests/support/notice_scenes.hpp"
#include "tests/support/record_world.hpp"

using namespace rogatory;
using namespace rogatory::record;
using encoding::Json;
using tests::World;

namespace {

// One statement of every kind with everything optional in it, signed by one key. What it says need not be allowed.
std::vector<SignedStatement> one_of_each(World& w) {
    const auto who = w.found("SEN");
    const auto ref = w.ref(*who);
    auto record = w.record_of(*who, w.id<model::InvitationId>(), model::Role::officer, true);
    auto own = w.record_of(*who, std::nullopt, model::Role::custodian);
    auto first = record;
    first.first_generation = EnrolmentRecord::FirstGeneration{w.recipient(), w.digest()};
    const auto signed_record = sign(record, who->key);
    const NewGeneration next{2, w.recipient()};
    const model::HandlingPolicy policy{model::Onward::own_party, w.now + 1, w.now + 2};
    auto entry_ids = std::vector{w.id<model::StatementId>(), w.id<model::StatementId>()};
    std::sort(entry_ids.begin(), entry_ids.end());
    AccessPolicySet access{"-----BEGIN CERTIFICATE-----", {"10.0.0.0/8"}, true, true, false, 900, 43200, true};
    const auto dossier = w.id<model::ChainId>();
    const auto founded = std::get<Founded>(w.history().front().statement.statement().body);
    auto succeeding = founded;
    succeeding.succeeds = Founded::Succeeds{w.id<model::PartyId>(), "NV 12/2026"};
    const model::RequestRouting routing{
        "N° 12/2026 – é",  model::Nature::arrest_surrender, {model::Assistance::freezing, model::Assistance::general},
        "ICC-01/04-01/06", model::Urgency::urgent,          "fr"};
    const std::vector<Body> bodies{
        succeeding,
        AuthorityAdded{{who->authority, model::AuthorityKind::victims_team, tests::name("é – 世界")},
                       sign(first, who->key)},
        Pinned{tests::code("X-OTP"), ref.party, PinSource::note_verbale, true},
        Unpinned{tests::code("FRA"), ref.party},
        VouchesSet{{{tests::code("BEL"), ref.party}, {tests::code("FRA"), ref.party}}},
        LogPolicySet{w.log_policy()},
        access,
        PublisherSet{who->authority, true},
        VisaSet{who->authority, {VisaAct::request, VisaAct::share}},
        w.invitation(InvitationPurpose::rekey, who->authority, who->member, model::Role::reader, true),
        MemberAdded{signed_record, w.digest()},
        MemberRemoved{who->authority, who->member, next, w.digest()},
        RoleChanged{who->authority, who->member, model::Role::custodian},
        AuthorityRekeyed{who->authority, next, w.digest()},
        MemberRekeyed{RekeyReason::compromised, signed_record, next, w.digest()},
        RecoverySet{who->authority,
                    w.recipient(),
                    2,
                    {{RecoveryShare::Holder{who->authority, who->member}, w.digest(), w.digest()},
                     {RecoveryShare::Holder{who->authority, who->member}, w.digest(), w.digest()},
                     {std::nullopt, std::nullopt, w.digest()}},
                    w.digest()},
        RecoveryDrilled{who->authority, entry_ids[0]},
        RecoveryApproved{who->authority, w.digest(), w.digest()},
        RecoveryRefused{who->authority, w.digest()},
        AuthorityRecovered{sign(own, who->key), next, w.digest(), {{entry_ids[0], "a note"}}},
        Opened{DossierKind::internal, policy, w.epoch(1, {ref}), w.digest()},
        Entry{3,
              entry_ids[0],
              w.digest(),
              {{w.id<model::AttachmentId>(), 9007199254740991, w.digest(), w.digest()}},
              policy,
              Routing{ref.party, ref.authority, std::nullopt, model::RequestStatus::urgent_unconfirmed, w.now, routing,
                      std::nullopt}},
        Granted{ref.party, ref.authority, 2, entry_ids[1], {{1, w.digest()}, {2, w.digest()}}, entry_ids, w.digest()},
        EpochStarted{w.epoch(2, {ref}), entry_ids[0], w.digest()},
        Revoked{ref.party, ref.authority, w.epoch(2, {ref}), w.digest()},
        PolicyChanged{policy, w.epoch(2, {ref}), w.digest()},
        Closed{w.digest()},
        Reopened{w.digest()},
        Approved{entry_ids[0], w.digest()},
        Consented{{}, {1, 2}, entry_ids[0], ref.party, ref.authority, w.now, w.now, w.digest()},
        Released{entry_ids, policy, w.digest()},
        Withdrawn{entry_ids, w.digest()},
        StatusSet{model::RequestStatus::executed,
                  model::RequestStatus::refused,
                  {model::Obstacle::too_vague, model::Obstacle::no_reply},
                  true,
                  entry_ids,
                  entry_ids[0],
                  model::AssemblyRemark{"« Words » for the Assembly", true},
                  w.digest()},
        Reminded{1, w.digest()},
        DueProposed{w.now, w.digest()},
        DueAgreed{entry_ids[0], w.digest()},
        OffPlatform{model::OffPlatformAct::replied_in_part, model::Medium::courier, w.now, entry_ids[0], w.digest()},
        OffPlatformConfirmed{entry_ids[0], w.digest()},
        RoutingDisclosed{routing, record::random_id<RoutingSalt>(w.random)},
        Fetched{dossier, entry_ids},
        OpenedReceipt{dossier, entry_ids},
        Unreadable{dossier, entry_ids, UnreadableReason::attachment},
        tests::notice_scene::set_of<FocalPointSet>(w.id<model::NoticeId>(),
                                                   tests::notice_scene::focal("2027-01-01", "2027-12-31")),
        tests::notice_scene::set_of<LawEntrySet>(w.id<model::NoticeId>(),
                                                 tests::notice_scene::law("2027-01-01", "2027-12-31")),
        tests::notice_scene::set_of<ProfileSet>(w.id<model::NoticeId>(),
                                                tests::notice_scene::profile("2027-01-01", "MLI")),
        tests::notice_scene::set_of<RecommendationSet>(w.id<model::NoticeId>(),
                                                       tests::notice_scene::recommendation("R149", "2026-11-04")),
        tests::notice_scene::set_of<CalendarSet>(w.id<model::NoticeId>(),
                                                 tests::notice_scene::calendar("2027-01-01", "2027-12-31")),
        tests::notice_scene::set_of<RowPublished>(w.id<model::NoticeId>(), tests::notice_scene::published("SEN")),
        Note{1, w.digest()},
    };
    std::vector<SignedStatement> out;
    for (const auto& body : bodies) out.push_back(w.sign(*who, who->register_chain, body));
    return out;
}

std::string with_payload(const Envelope& envelope, const std::string& payload) {
    auto changed = envelope;
    changed.payload = payload;
    return changed.encode();
}

std::string key_of(const Result<SignedStatement>& result) { return result ? "" : result.error().key(); }

}  // namespace

TEST_CASE("statements: every kind is read as it was written, byte for byte") {
    World w;
    const auto all = one_of_each(w);
    REQUIRE(all.size() == kind_table().size());
    std::size_t kind = 0;
    for (const auto& statement : all) {
        CAPTURE(to_text(statement.kind()));
        CHECK(static_cast<std::size_t>(statement.kind()) == kind++);
        const auto text = statement.encode();
        const auto again = SignedStatement::parse(text);
        REQUIRE(again);
        CHECK(again->statement() == statement.statement());
        CHECK(again->id() == statement.id());
        CHECK(again->encode() == text);
        CHECK(again->statement().encode() == again->envelope().payload);
        CHECK(kind_of(payload_type(statement.kind())) == statement.kind());
    }
}

TEST_CASE("statements: an unknown, a missing, an empty or a differently typed field is refused in every kind") {
    World w;
    for (const auto& statement : one_of_each(w)) {
        CAPTURE(to_text(statement.kind()));
        const auto payload = encoding::parse_canonical_json(statement.envelope().payload);
        REQUIRE(payload);
        const auto refused = [&](const Json& changed) {
            return key_of(SignedStatement::parse(with_payload(
                       statement.envelope(), encoding::encode_canonical_json(changed)))) == "statement.malformed";
        };
        // In the statement and in its body: each field taken out, made something else, or joined by another.
        for (const bool in_body : {false, true}) {
            const auto& object = in_body ? *payload->object()->at("body").object() : *payload->object();
            const auto put = [&](const Json::Object& changed) {
                if (!in_body) return Json{changed};
                auto whole = *payload->object();
                whole.insert_or_assign("body", Json{changed});
                return Json{whole};
            };
            auto more = object;
            more.emplace("zz", Json{true});
            CHECK(refused(put(more)));
            for (const auto& [name, value] : object) {
                CAPTURE(name);
                auto changed = object;
                for (const auto& other : {Json{false}, Json{Json::Array{}}, Json{"\x01"}}) {
                    changed.insert_or_assign(name, other);
                    const bool is_text = value.string() != nullptr && other.string() != nullptr;
                    // A text of any characters is a text: checked where it has a form.
                    if (!is_text || (name != "log_policy" && name != "client_ca")) CHECK(refused(put(changed)));
                }
            }
        }
    }
}

TEST_CASE("statements: the envelope has one form") {
    World w;
    const auto statement = one_of_each(w).at(2);
    const auto good = statement.encode();
    REQUIRE(SignedStatement::parse(good));
    const auto json = *encoding::parse_canonical_json(good);
    const auto changed = [&](const std::function<void(Json::Object&)>& change) {
        auto object = *json.object();
        change(object);
        return key_of(SignedStatement::parse(encoding::encode_canonical_json(Json{object})));
    };
    const auto signature = json.object()->at("signatures").array()->front();
    CHECK(changed([&](auto& o) {
              o.insert_or_assign("signatures", Json{Json::Array{signature, signature}});
          }) == "statement.envelope");
    CHECK(changed([&](auto& o) { o.insert_or_assign("signatures", Json{Json::Array{}}); }) == "statement.envelope");
    CHECK(changed([&](auto& o) {
              auto with_id = *signature.object();
              with_id.emplace("keyid", Json{""});
              o.insert_or_assign("signatures", Json{Json::Array{Json{with_id}}});
          }) == "statement.envelope");
    CHECK(changed([&](auto& o) { o.emplace("more", Json{true}); }) == "statement.envelope");
    CHECK(changed([&](auto& o) { o.erase("payload"); }) == "statement.envelope");
    CHECK(changed([&](auto& o) {
              auto text = *o.at("payload").string();
              while (text.back() == '=') text.pop_back();
              o.insert_or_assign("payload", Json{text + "="});
              if (text.size() % 4 == 0) o.insert_or_assign("payload", Json{text + "===="});
          }) == "statement.envelope");
    CHECK(changed([&](auto& o) {
              o.insert_or_assign("payload", Json{encoding::base64_encode(as_bytes(statement.envelope().payload),
                                                                         encoding::Base64::url_unpadded) +
                                                 "*"});
          }) == "statement.envelope");
    CHECK(changed([&](auto& o) {
              o.insert_or_assign("payloadType", Json{"application/vnd.rogatory.pinned.v2+json"});
          }) == "statement.unsupported");
    CHECK(changed([&](auto& o) {
              o.insert_or_assign("payloadType", Json{"application/vnd.rogatory.foretold.v1+json"});
          }) == "statement.unsupported");
    // The kind comes from payloadType alone: another body under it does not fit.
    CHECK(changed([&](auto& o) {
              o.insert_or_assign("payloadType", Json{"application/vnd.rogatory.unpinned.v1+json"});
          }) == "statement.malformed");
    CHECK(key_of(SignedStatement::parse(good + "\n")) == "statement.envelope");
    CHECK(key_of(SignedStatement::parse(" " + good)) == "statement.envelope");
    CHECK(key_of(SignedStatement::parse("")) == "statement.envelope");
    CHECK(key_of(SignedStatement::parse(std::string(400'000, 'a'))) == "statement.too_large");
}

TEST_CASE("statements: the payload has one form") {
    World w;
    const auto statement = one_of_each(w).at(2);
    const auto& envelope = statement.envelope();
    const auto& payload = envelope.payload;
    const auto refused = [&](const std::string& text) {
        return key_of(SignedStatement::parse(with_payload(envelope, text))) == "statement.malformed";
    };
    CHECK(refused(payload + " "));
    CHECK(refused(" " + payload));
    CHECK(refused("[]"));
    CHECK(refused(""));
    auto text = payload;
    text.replace(text.find("\"seq\":1"), 7, "\"seq\":01");
    CHECK(refused(text));
    text = payload;
    text.replace(text.find("\"seq\":1"), 7, "\"seq\":1.0");
    CHECK(refused(text));
    text = payload;
    text.replace(text.find("\"seq\":1"), 7, "\"seq\":0");  // prev belongs to all but the first
    CHECK(refused(text));
    text = payload;
    const auto hex = text.find("\"nonce\":\"") + 9;
    text[hex] = 'A';
    CHECK(refused(text));
    // Every byte flipped: another statement, or none; never the same id.
    std::size_t read = 0;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        auto flipped = payload;
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        const auto parsed = SignedStatement::parse(with_payload(envelope, flipped));
        if (!parsed) continue;
        ++read;
        CHECK(parsed->id() != statement.id());
        CHECK_FALSE(parsed->envelope().verify(w.found("X-" + std::to_string(i))->key.verify_key()));
    }
    CHECK(read > 0);
}

TEST_CASE("statements: ids, signatures and the pre-authentication encoding are DSSE's") {
    Envelope envelope{"application/vnd.rogatory.closed.v1+json", "{}", {}};
    CHECK(envelope.pre_authentication_encoding() == "DSSEv1 39 application/vnd.rogatory.closed.v1+json 2 {}");
    CHECK(envelope.id().value() == crypto::sha256(as_bytes(envelope.pre_authentication_encoding())).value());
}

TEST_CASE("statements: too long is said before it is signed") {
    World w;
    const auto who = w.found("SEN");
    auto body = Entry{1, w.id<model::StatementId>(), w.digest(), {}, std::nullopt, std::nullopt};
    for (int i = 0; i < 1000; ++i) {
        body.attachments.push_back({w.id<model::AttachmentId>(), 1, w.digest(), w.digest()});
    }
    CHECK(sign(w.draft(*who, w.id<model::ChainId>(), body), who->key));
    body.attachments.push_back(body.attachments.front());
    CHECK(key_of(sign(w.draft(*who, w.id<model::ChainId>(), body), who->key)) == "statement.malformed");
}

TEST_CASE("peek: what a statement needs with it") {
    World w;
    std::map<Kind, std::pair<std::size_t, std::size_t>> found;  // blobs, attachments
    for (const auto& statement : one_of_each(w)) {
        const auto needed = needs(statement.statement());
        found[statement.kind()] = {needed.blobs.size(), needed.attachments.size()};
        for (const auto& blob : needed.blobs) {
            // A dossier's body is for whoever holds its epoch, a note for its author's authority.
            const bool named = blob.kind != BlobKind::sealed_body || statement.kind() == Kind::note;
            CHECK(blob.reader.has_value() == named);
            CHECK(blob.reader_party.has_value() == (blob.kind == BlobKind::grant));
        }
    }
    using Counts = std::map<Kind, std::pair<std::size_t, std::size_t>>;
    CHECK(found == Counts{{Kind::founded, {1, 0}},
                          {Kind::authority_added, {1, 0}},
                          {Kind::pinned, {0, 0}},
                          {Kind::unpinned, {0, 0}},
                          {Kind::vouches_set, {0, 0}},
                          {Kind::log_policy_set, {0, 0}},
                          {Kind::access_policy_set, {0, 0}},
                          {Kind::publisher_set, {0, 0}},
                          {Kind::visa_set, {0, 0}},
                          {Kind::invited, {0, 0}},
                          {Kind::member_added, {1, 0}},
                          {Kind::member_removed, {1, 0}},
                          {Kind::role_changed, {0, 0}},
                          {Kind::authority_rekeyed, {1, 0}},
                          {Kind::member_rekeyed, {1, 0}},
                          {Kind::recovery_set, {3, 0}},
                          {Kind::recovery_drilled, {0, 0}},
                          {Kind::recovery_approved, {1, 0}},
                          {Kind::recovery_refused, {0, 0}},
                          {Kind::authority_recovered, {1, 0}},
                          {Kind::opened, {2, 0}},
                          {Kind::entry, {1, 1}},
                          {Kind::granted, {3, 0}},
                          {Kind::epoch_started, {2, 0}},
                          {Kind::revoked, {2, 0}},
                          {Kind::policy_changed, {2, 0}},
                          {Kind::closed, {1, 0}},
                          {Kind::reopened, {1, 0}},
                          {Kind::approved, {0, 0}},
                          {Kind::consented, {1, 0}},
                          {Kind::released, {1, 0}},
                          {Kind::withdrawn, {1, 0}},
                          {Kind::status, {1, 0}},
                          {Kind::reminded, {1, 0}},
                          {Kind::due_proposed, {1, 0}},
                          {Kind::due_agreed, {1, 0}},
                          {Kind::off_platform, {1, 0}},
                          {Kind::off_platform_confirmed, {1, 0}},
                          {Kind::routing_disclosed, {0, 0}},
                          {Kind::fetched, {0, 0}},
                          {Kind::opened_receipt, {0, 0}},
                          {Kind::unreadable, {0, 0}},
                          {Kind::focal_point_set, {0, 0}},
                          {Kind::law_entry_set, {0, 0}},
                          {Kind::profile_set, {0, 0}},
                          {Kind::recommendation_set, {0, 0}},
                          {Kind::calendar_set, {0, 0}},
                          {Kind::row_published, {0, 0}},
                          {Kind::note, {1, 0}}});
}

TEST_CASE("peek: the Parties a body names, whose registers it is judged by") {
    World w;
    const std::set<Kind> named{Kind::opened,  Kind::granted,        Kind::epoch_started,
                               Kind::revoked, Kind::policy_changed, Kind::consented};
    for (const auto& statement : one_of_each(w)) {
        CAPTURE(to_text(statement.kind()));
        CHECK(named_parties(statement.statement()).size() == (named.contains(statement.kind()) ? 1U : 0U));
        CHECK(listed_files(statement.statement()).size() >= needs(statement.statement()).blobs.size());
    }
}

TEST_CASE("chains: derived ids differ by what they are of") {
    World w;
    const auto dossier = w.id<model::ChainId>();
    const auto a = w.id<model::AuthorityId>();
    const auto b = w.id<model::AuthorityId>();
    const auto generation = age::HybridIdentity::generate(w.random);
    CHECK(std::set{receipts_chain(dossier, a), receipts_chain(dossier, b), receipts_chain(w.id<model::ChainId>(), a),
                   casebook_chain(a, generation), casebook_chain(b, generation),
                   notices_chain(model::PartyId{dossier.value()})}
              .size() == 6);
}
