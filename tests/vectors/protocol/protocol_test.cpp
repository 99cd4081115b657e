#include <catch2/catch_test_macros.hpp>

#include <boost/json.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/entry.hpp"
#include "platform/record/casebook.hpp"
#include "platform/record/casebook_state.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/invitation.hpp"
#include "platform/record/key_files.hpp"
#include "platform/record/notice_board.hpp"
#include "platform/record/peek.hpp"
#include "platform/record/receipts.hpp"
#include "platform/record/sealed_body.hpp"
#include "platform/record/share_file.hpp"
#include "platform/record/state_file.hpp"
#include "tests/support/places.hpp"
#include "tests/vectors/families.hpp"
#include "tests/vectors/protocol/vectors.hpp"

// Holds our code to the committed files, read as any other implementation would read them.
using namespace rogatory;
using namespace rogatory::record;
using rogatory::tests::count_vector;
using rogatory::tests::text_of;

namespace {

constexpr std::string_view kFamily = "protocol";

std::string committed(const std::string& name) {
    std::ifstream file{test::source_folder() / "tests/vectors/protocol" / name, std::ios::binary};
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

boost::json::object vectors(const std::string& name) { return boost::json::parse(committed(name)).as_object(); }

std::string bytes(const boost::json::value& base64) {
    const auto decoded = encoding::base64_decode(text_of(base64));
    REQUIRE(decoded);
    return std::string{as_text(*decoded)};
}

// {"what", "text"} each: none may be accepted.
template <class Accepts>
void refuse_all(const boost::json::value& cases, Accepts accepts) {
    for (const auto& one : cases.as_array()) {
        count_vector(kFamily, !accepts(bytes(one.at("text"))), text_of(one.at("what")));
    }
}

std::string verdict_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::effective:
            return "effective";
        case Verdict::void_:
            return "void";
        case Verdict::broken:
            return "broken";
        case Verdict::unsupported:
            return "unsupported";
    }
    return {};
}

// A client that reads a history from the beginning.
class Reader final : public Registers {
public:
    Outcome apply(const SignedStatement& statement, model::LogIndex index) { return on(statement, index, true); }
    Outcome judge(const SignedStatement& statement, model::LogIndex index) { return on(statement, index, false); }

    [[nodiscard]] const Register* by_chain(const model::ChainId& chain) const override {
        const auto found = registers_.find(chain);
        return found == registers_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const Register* by_party(const model::PartyId& party) const override {
        for (const auto& [chain, candidate] : registers_) {
            if (candidate.founded() && candidate.party() == party) return &candidate;
        }
        return nullptr;
    }
    std::map<model::ChainId, Dossier> dossiers;
    std::map<model::ChainId, NoticeBoard> boards;
    std::map<model::ChainId, Casebook> casebooks;

private:
    Outcome on(const SignedStatement& statement, model::LogIndex index, bool keep) {
        const auto& s = statement.statement();
        if (registers_.contains(s.chain) || s.kind() == Kind::founded) {
            auto& r = registers_.try_emplace(s.chain, s.chain).first->second;
            return keep ? r.apply(statement, index) : r.judge(statement, index);
        }
        if (boards.contains(s.chain) || row(s.kind()).chain == ChainKind::notices) {
            auto board = boards.find(s.chain);
            if (board == boards.end()) {
                const auto party = by_chain(s.author.register_chain)->party();
                board = boards.try_emplace(notices_chain(party), party).first;
            }
            return keep ? board->second.apply(statement, index, *this) : board->second.judge(statement, index, *this);
        }
        if (casebooks.contains(s.chain) || row(s.kind()).chain == ChainKind::casebook) {
            const model::AuthorityRef whose{by_chain(s.author.register_chain)->party(), s.author.authority};
            auto& book = casebooks.try_emplace(s.chain, s.chain, whose).first->second;
            return keep ? book.apply(statement, index, *this) : book.judge(statement, index, *this);
        }
        const auto known = receipts_.find(s.chain);
        const auto of = known == receipts_.end() ? dossier_of(s) : std::optional{known->second.dossier()};
        if (of && !dossiers.contains(s.chain)) {
            const model::AuthorityRef author{by_chain(s.author.register_chain)->party(), s.author.authority};
            auto& side = receipts_.try_emplace(s.chain, *of, author).first->second;
            return keep ? side.apply(statement, index, dossiers.at(*of), *this)
                        : side.judge(statement, index, dossiers.at(*of), *this);
        }
        auto& d = dossiers.try_emplace(s.chain, s.chain).first->second;
        return keep ? d.apply(statement, index, *this) : d.judge(statement, index, *this);
    }

    std::map<model::ChainId, Register> registers_;
    std::map<model::ChainId, Receipts> receipts_;
};

template <class Step>
void follow(const boost::json::value& list, Step step) {
    for (const auto& one : list.as_array()) {
        const auto statement = SignedStatement::parse(text_of(one.at("envelope")));
        REQUIRE(statement);
        const auto outcome = step(*statement, one.at("index").to_number<std::uint64_t>());
        const auto* reason = one.as_object().if_contains("reason");
        const bool held = model::to_hex(statement->id()) == text_of(one.at("id")) &&
                          verdict_text(outcome.verdict) == text_of(one.at("verdict")) &&
                          outcome.reason == (reason == nullptr ? std::string{} : text_of(*reason));
        count_vector(kFamily, held, std::string{to_text(statement->kind())} + ": " + outcome.reason);
    }
}

Reader after(const boost::json::value& history) {
    Reader reader;
    follow(history, [&](const auto& statement, auto index) { return reader.apply(statement, index); });
    return reader;
}

}  // namespace

TEST_CASE("protocol vectors: the committed files are what the generator writes") {
    for (const auto& [name, text] : tests::protocol_vectors()) {
        CAPTURE(name);
        // Compared as a truth value: a difference of kilobytes helps nobody.
        CHECK((committed(name) == text));
    }
}

TEST_CASE("protocol vectors: canonical JSON") {
    const auto file = vectors("canonical_json.json");
    for (const auto& one : file.at("good").as_array()) {
        const auto text = bytes(one);
        const auto value = encoding::parse_canonical_json(text);
        count_vector(kFamily, value && encoding::encode_canonical_json(*value) == text, text);
    }
    refuse_all(file.at("bad"), [](const auto& text) { return encoding::parse_canonical_json(text).has_value(); });
}

TEST_CASE("protocol vectors: statements") {
    const auto file = vectors("statements.json");
    const auto good = SignedStatement::parse(text_of(file.at("good")));
    REQUIRE(good);
    const auto key = model::parse_hex<model::VerifyKey>(text_of(file.at("good_key")));
    CHECK(model::to_hex(good->id()) == text_of(file.at("good_id")));
    CHECK(good->envelope().verify(*key));
    CHECK(good->envelope().payload == text_of(file.at("good_payload")));
    CHECK(good->envelope().pre_authentication_encoding() == bytes(file.at("good_pae")));
    for (const auto& one : file.at("bad").as_array()) {
        const auto parsed = SignedStatement::parse(bytes(one.at("envelope")));
        const auto expected =
            text_of(one.at("outcome")) == "unsupported" ? ErrorCode::unsupported : ErrorCode::invalid_input;
        count_vector(kFamily, !parsed && parsed.error().code() == expected, text_of(one.at("what")));
    }
}

TEST_CASE("protocol vectors: derivations") {
    const auto file = vectors("derivations.json");
    for (const auto& one : file.at("cases").as_array()) {
        const auto dossier = *model::parse_hex<model::ChainId>(text_of(one.at("dossier")));
        const auto authority = *model::parse_hex<model::AuthorityId>(text_of(one.at("authority")));
        const auto party = *model::parse_hex<model::PartyId>(text_of(one.at("party")));
        const auto generation = age::HybridIdentity::parse(text_of(one.at("first_generation")));
        REQUIRE(generation);
        const bool held = model::to_hex(receipts_chain(dossier, authority)) == text_of(one.at("receipts_chain")) &&
                          model::to_hex(casebook_chain(authority, *generation)) == text_of(one.at("casebook_chain")) &&
                          model::to_hex(notices_chain(party)) == text_of(one.at("notices_chain")) &&
                          encoding::hex_encode(
                              tlog::entry_label(dossier.value(), one.at("seq").to_number<std::uint64_t>()).value()) ==
                              text_of(one.at("log_label")) &&
                          fingerprint_digits(party) == text_of(one.at("fingerprint"));
        count_vector(kFamily, held, "derivations");
    }
}

TEST_CASE("protocol vectors: invitation") {
    const auto file = vectors("invitation.json");
    const auto hex = [&](const char* name) { return *encoding::hex_decode(text_of(file.at(name))); };
    const auto code = *encoding::code_decode<InvitationCode>(text_of(file.at("code_spelled")));
    CHECK(to_bytes(ByteView{code.expose_secret()}) == hex("code"));
    const auto secrets = derive_invitation(code);
    CHECK(to_bytes(ByteView{secrets.redeem.expose_secret()}) == hex("redeem"));
    CHECK(to_bytes(ByteView{secrets.mac.expose_secret()}) == hex("mac_key"));
    CHECK(to_bytes(ByteView{secrets.card.expose_secret()}) == hex("card_key"));
    CHECK(model::to_hex(secrets.redeem_digest()) == text_of(file.at("redeem_sha256")));
    CHECK(model::to_hex(secrets.commit()) == text_of(file.at("commit")));
    const auto id = *model::parse_hex<model::InvitationId>(text_of(file.at("invitation")));
    const auto card = open_card(as_bytes(bytes(file.at("card"))), secrets.card, id);
    REQUIRE(card);
    CHECK(model::to_hex(card->party) == text_of(file.at("card_party")));
    for (const auto& bad : file.at("card_bad").as_array()) {
        count_vector(kFamily, !open_card(as_bytes(bytes(bad)), secrets.card, id), "a bad card");
    }
    const auto founder = open_founder_card(as_bytes(bytes(file.at("founder_card"))), secrets.card, id);
    REQUIRE(founder);
    CHECK(model::to_hex(founder->member) == text_of(file.at("founder_member")));
    const auto text = text_of(file.at("signed_record"));
    const auto record = parse_signed_record(text);
    REQUIRE(record);
    CHECK(record->signature_holds());
    CHECK(model::to_hex(record->record.digest()) == text_of(file.at("record_sha256")));
    CHECK(comparison_digits(record->record) == text_of(file.at("record_digits")));
    CHECK(encoding::hex_encode(mac_of_record(secrets.mac, text).bytes()) == text_of(file.at("record_mac")));
    const auto forged = parse_signed_record(text_of(file.at("record_bad_signature")));
    REQUIRE(forged);
    CHECK_FALSE(forged->signature_holds());
}

TEST_CASE("protocol vectors: key files") {
    const auto file = vectors("key_files.json");
    const auto grant = GrantFile::parse(as_bytes(text_of(file.at("grant"))));
    REQUIRE(grant);
    CHECK(grant->identity.recipient().text() == text_of(file.at("grant_recipient")));
    CHECK(grant->encode().expose_secret() == text_of(file.at("grant")));
    refuse_all(file.at("grant_bad"), [](const auto& text) { return GrantFile::parse(as_bytes(text)).has_value(); });
    const auto keyring = KeyringFile::parse(as_bytes(text_of(file.at("keyring"))));
    REQUIRE(keyring);
    CHECK(keyring->encode().expose_secret() == text_of(file.at("keyring")));
    const auto& recipients = file.at("keyring_recipients").as_array();
    REQUIRE(keyring->generations.size() == recipients.size());
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        CHECK(keyring->generations[i].recipient().text() == text_of(recipients[i]));
    }
    refuse_all(file.at("keyring_bad"), [](const auto& text) { return KeyringFile::parse(as_bytes(text)).has_value(); });
    const auto bundle = UserBundle::parse(as_bytes(text_of(file.at("bundle"))));
    REQUIRE(bundle);
    CHECK(bundle->encode().expose_secret() == text_of(file.at("bundle")));
    const auto of_service = UserBundle::parse(as_bytes(text_of(file.at("bundle_of_service"))));
    REQUIRE(of_service);
    CHECK(of_service->recipients.size() == 1);
    CHECK(of_service->encode().expose_secret() == text_of(file.at("bundle_of_service")));
    refuse_all(file.at("bundle_bad"), [](const auto& text) { return UserBundle::parse(as_bytes(text)).has_value(); });
}

TEST_CASE("protocol vectors: the parts of a recovery identity") {
    const auto file = vectors("recovery_shares.json");
    const auto& texts = file.at("shares").as_array();
    std::vector<crypto::ShamirShare> shares;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto share = ShareFile::parse(as_bytes(text_of(texts[i])));
        REQUIRE(share);
        CHECK(share->encode().expose_secret() == text_of(texts[i]));
        CHECK(model::to_hex(share_digest(share->share)) == text_of(file.at("share_sha256").as_array()[i]));
        shares.push_back(std::move(share->share));
    }
    const auto k = file.at("threshold").to_number<std::size_t>();
    for (std::size_t i = 0; i + k <= shares.size(); ++i) {
        const auto seed = crypto::shamir_combine(std::span{shares}.subspan(i, k));
        REQUIRE(seed);
        const auto identity = age::HybridIdentity::from_seed(*crypto::XWingSeed::from(seed->expose_secret()));
        count_vector(kFamily, identity.recipient().text() == text_of(file.at("recipient")), "combined");
    }
    refuse_all(file.at("share_bad"), [](const auto& text) { return ShareFile::parse(as_bytes(text)).has_value(); });
    const auto printed = PrintedShare::parse(text_of(file.at("printed")));
    REQUIRE(printed);
    CHECK(printed->encode().expose_secret() == text_of(file.at("printed")));
    const auto framed = PrintedShare::parse(text_of(file.at("printed_framed")));
    REQUIRE(framed);
    CHECK(framed->encode().expose_secret() == text_of(file.at("printed")));
    refuse_all(file.at("printed_bad"), [](const auto& text) { return PrintedShare::parse(text).has_value(); });
}

TEST_CASE("protocol vectors: sealed bodies") {
    const auto file = vectors("sealed_bodies.json");
    const auto statement = SignedStatement::parse(text_of(file.at("statement")));
    REQUIRE(statement);
    const auto good = SealedBody::parse(as_bytes(bytes(file.at("good"))));
    REQUIRE(good);
    CHECK(good->check(statement->statement()));
    CHECK(model::to_hex(good->files.at(0).commit()) == text_of(file.at("commit")));
    CHECK(std::string{as_text(*good->encode())} == bytes(file.at("good")));
    const auto longer = SealedBody::parse(as_bytes(bytes(file.at("long"))));
    REQUIRE(longer);
    CHECK(longer->message->size() == 10'000);
    const auto kept = SealedBody::parse(as_bytes(bytes(file.at("draft"))));
    REQUIRE(kept);
    REQUIRE(kept->draft);
    CHECK(kept->draft->to.size() == 2);
    CHECK(std::string{as_text(*kept->encode())} == bytes(file.at("draft")));
    const auto work = SealedBody::parse(as_bytes(bytes(file.at("library"))));
    REQUIRE(work);
    REQUIRE(work->library);
    CHECK(work->library->kind == model::WorkKind::best_practice);
    CHECK(work->check(statement->statement()));
    CHECK(std::string{as_text(*work->encode())} == bytes(file.at("library")));
    const auto told = SealedBody::parse(as_bytes(bytes(file.at("report_row"))));
    REQUIRE(told);
    REQUIRE(told->report_row);
    CHECK(told->report_row->received.size() == 3);
    CHECK(std::string{as_text(*told->encode())} == bytes(file.at("report_row")));
    const auto answered = SealedBody::parse(as_bytes(bytes(file.at("row_answer"))));
    REQUIRE(answered);
    REQUIRE(answered->row_answer);
    CHECK(answered->row_answer->answer == model::RowAnswer::commented);
    CHECK(std::string{as_text(*answered->encode())} == bytes(file.at("row_answer")));
    const auto again = [&file](const char* name) {
        auto body = SealedBody::parse(as_bytes(bytes(file.at(name))));
        REQUIRE(body);
        CHECK(std::string{as_text(*body->encode())} == bytes(file.at(name)));
        return *std::move(body);
    };
    const auto version = again("version").language_version;
    REQUIRE(version);
    CHECK(version->state == model::VersionState::revised);
    CHECK(version->authentic);
    CHECK(again("version_asked").language_version->due == "2026-12-05");
    CHECK(again("enquiry").enquiry->kinds.size() == 2);
    CHECK(again("enquiry_answer").enquiry_answer->answer == model::EnquiryReply::ask_formally);
    CHECK(again("follows_enquiry").request->enquiry.has_value());
    refuse_all(file.at("bad"), [](const auto& text) { return SealedBody::parse(as_bytes(text)).has_value(); });
    for (const auto& one : file.at("mismatched").as_array()) {
        const auto body = SealedBody::parse(as_bytes(bytes(one.at("text"))));
        count_vector(kFamily, body && !body->check(statement->statement()), text_of(one.at("what")));
    }
}

TEST_CASE("protocol vectors: founding sheet and state file") {
    const auto file = vectors("sheet_and_state.json");
    for (const auto* name : {"sheet", "sheet_first"}) {
        const auto sheet = FoundingSheet::parse(text_of(file.at(name)));
        REQUIRE(sheet);
        CHECK(sheet->encode() == text_of(file.at(name)));
    }
    refuse_all(file.at("sheet_bad"), [](const auto& text) { return FoundingSheet::parse(text).has_value(); });
    const auto key = *model::parse_hex<model::VerifyKey>(text_of(file.at("state_key")));
    CHECK(StateFile::open(text_of(file.at("state")), key));
    refuse_all(file.at("state_bad"), [&](const auto& text) { return StateFile::open(text, key).has_value(); });
}

TEST_CASE("protocol vectors: histories, and every kind by every signer after them") {
    for (const std::string name : {"register_abuse", "dossier_abuse"}) {
        auto reader = after(vectors(name + "_history.json").at("history"));
        std::size_t files = 0;
        for (int number = 1; !committed(name + "_cells_" + std::to_string(number) + ".json").empty(); ++number) {
            const auto file = vectors(name + "_cells_" + std::to_string(number) + ".json");
            CHECK(text_of(file.at("after")) == name + "_history.json");
            follow(file.at("cells"), [&](const auto& statement, auto index) { return reader.judge(statement, index); });
            ++files;
        }
        CHECK(files > 0);
    }
}

TEST_CASE("protocol vectors: requests in every state") {
    const auto file = vectors("requests_history.json");
    auto reader = after(file.at("history"));
    for (const auto& one : file.at("states").as_array()) {
        const auto& request =
            *reader.dossiers.at(*model::parse_hex<model::ChainId>(text_of(one.at("dossier")))).request();
        CHECK(model::name_of(request.status) == text_of(one.at("status")));
        CHECK(model::to_hex(request.status_by) == text_of(one.at("status_by")));
        CHECK(request.confidential() == one.at("confidential").as_bool());
        CHECK(request.obstacles.size() == one.at("obstacles").as_array().size());
        const auto* due = one.as_object().if_contains("due");
        CHECK(request.due.has_value() == (due != nullptr));
        if (due != nullptr) CHECK(*request.due == due->to_number<UnixSeconds>());
    }
    std::set<std::string> reasons;
    std::size_t files = 0;
    for (int number = 1; !committed("requests_cells_" + std::to_string(number) + ".json").empty(); ++number) {
        const auto cells = vectors("requests_cells_" + std::to_string(number) + ".json");
        follow(cells.at("cells"), [&](const auto& statement, auto index) {
            auto outcome = reader.judge(statement, index);
            reasons.insert(outcome.reason);
            return outcome;
        });
        ++files;
    }
    CHECK(files > 0);
    CHECK(reasons.size() >= 9);
    const auto bodies = vectors("request_bodies.json");
    const auto statement = SignedStatement::parse(text_of(bodies.at("statement")));
    REQUIRE(statement);
    const auto good = SealedBody::parse(as_bytes(bytes(bodies.at("good"))));
    REQUIRE(good);
    CHECK(good->check(statement->statement()));
    CHECK(std::string{as_text(*good->encode())} == bytes(bodies.at("good")));
    CHECK(model::to_hex(routing_commit(good->routing->routing, good->routing->salt)) == text_of(bodies.at("commit")));
    refuse_all(bodies.at("bad"), [](const auto& text) { return SealedBody::parse(as_bytes(text)).has_value(); });
    for (const auto& one : bodies.at("mismatched").as_array()) {
        const auto body = SealedBody::parse(as_bytes(bytes(one.at("text"))));
        count_vector(kFamily, body && !body->check(statement->statement()), text_of(one.at("what")));
    }
}

TEST_CASE("protocol vectors: notice boards") {
    const auto file = vectors("notices_history.json");
    auto reader = after(file.at("history"));
    for (const auto& one : file.at("boards").as_array()) {
        const auto& board = reader.boards.at(*model::parse_hex<model::ChainId>(text_of(one.at("chain"))));
        CHECK(model::to_hex(board.party()) == text_of(one.at("party")));
        const auto& rows = one.at("rows").as_array();
        REQUIRE(board.rows().size() == rows.size());
        auto known = rows.begin();
        for (const auto& [id, row] : board.rows()) {
            const auto& said = known++->as_object();
            const auto* to = said.if_contains("to");
            const bool held = model::to_hex(id) == text_of(said.at("id")) &&
                              model::to_hex(row.statement) == text_of(said.at("statement")) &&
                              row.span().from == text_of(said.at("from")) &&
                              row.span().to.value_or("") == (to == nullptr ? std::string{} : text_of(*to));
            count_vector(kFamily, held, model::to_hex(id));
        }
    }
    const auto cells = vectors("notices_cells_1.json");
    CHECK(text_of(cells.at("after")) == "notices_history.json");
    std::set<std::string> reasons;
    follow(cells.at("cells"), [&](const auto& statement, auto index) {
        auto outcome = reader.judge(statement, index);
        reasons.insert(outcome.reason);
        return outcome;
    });
    CHECK(reasons.size() == 17);
    refuse_all(vectors("notices_malformed.json").at("bad"),
               [](const auto& text) { return SignedStatement::parse(text).has_value(); });
}

TEST_CASE("protocol vectors: casebooks") {
    const auto file = vectors("casebooks_history.json");
    auto reader = after(file.at("history"));
    for (const auto& one : file.at("casebooks").as_array()) {
        const auto authority = *model::parse_hex<model::AuthorityId>(text_of(one.at("authority")));
        const auto generation = age::HybridIdentity::parse(text_of(one.at("first_generation")));
        REQUIRE(generation);
        const auto chain = casebook_chain(authority, *generation);
        CHECK(model::to_hex(chain) == text_of(one.at("chain")));
        std::vector<std::uint64_t> notes;
        for (const auto& seq : one.at("notes").as_array()) notes.push_back(seq.to_number<std::uint64_t>());
        count_vector(kFamily, reader.casebooks.at(chain).notes() == notes, model::to_hex(chain));
    }
    const auto cells = vectors("casebooks_cells_1.json");
    CHECK(text_of(cells.at("after")) == "casebooks_history.json");
    std::set<std::string> reasons;
    follow(cells.at("cells"), [&](const auto& statement, auto index) {
        auto outcome = reader.judge(statement, index);
        reasons.insert(outcome.reason);
        return outcome;
    });
    CHECK(reasons.size() == 7);
    refuse_all(vectors("casebooks_malformed.json").at("bad"),
               [](const auto& text) { return SignedStatement::parse(text).has_value(); });
}

TEST_CASE("protocol vectors: what a casebook's notes say") {
    const auto file = vectors("casebook_notes.json");
    const auto statement = SignedStatement::parse(text_of(file.at("statement")));
    REQUIRE(statement);
    CasebookState state;
    for (const auto& one : file.at("good").as_array()) {
        CAPTURE(text_of(one.at("what")));
        const auto body = SealedBody::parse(as_bytes(bytes(one.at("text"))));
        REQUIRE(body);
        CHECK(body->check(statement->statement()));
        REQUIRE(body->note);
        CHECK(std::string{as_text(*body->encode())} == bytes(one.at("text")));
        state.apply(*body->note, {});
        const auto& said = one.at("state");
        const auto& assignments = said.at("assignments").as_object();
        bool held = state.assignments().size() == assignments.size() &&
                    state.deputyships().size() == said.at("deputyships").as_array().size() &&
                    state.links().size() == said.at("links").as_array().size();
        for (const auto& [dossier, assignment] : state.assignments()) {
            const auto* known = assignments.if_contains(model::to_hex(dossier));
            held = held && known != nullptr && text_of(known->at("member")) == model::to_hex(assignment.member);
        }
        count_vector(kFamily, held, text_of(one.at("what")));
    }
    refuse_all(file.at("bad"), [](const auto& text) { return SealedBody::parse(as_bytes(text)).has_value(); });
    for (const auto& one : file.at("mismatched").as_array()) {
        const auto body = SealedBody::parse(as_bytes(bytes(one.at("text"))));
        count_vector(kFamily, body && !body->check(statement->statement()), text_of(one.at("what")));
    }
}

TEST_CASE("protocol vectors: the rules, one world after the other") {
    std::set<std::string> reasons;
    for (int number = 1; !committed("rules_" + std::to_string(number) + ".json").empty(); ++number) {
        const auto file = vectors("rules_" + std::to_string(number) + ".json");
        for (const auto& world : file.at("worlds").as_array()) {
            Reader reader;
            auto next = world.as_array().begin();
            follow(world, [&](const auto& statement, auto index) {
                const bool kept = text_of((next++)->at("op")) == "apply";
                auto outcome = kept ? reader.apply(statement, index) : reader.judge(statement, index);
                reasons.insert(outcome.reason);
                return outcome;
            });
        }
    }
    CHECK(reasons.size() >= 82);
}

TEST_CASE("protocol vectors: a work of the library") {
    const auto file = vectors("library_history.json");
    after(file.at("history"));
    std::set<std::string> reasons;
    for (const auto& one : file.at("history").as_array()) {
        if (const auto* reason = one.as_object().if_contains("reason")) reasons.insert(text_of(*reason));
    }
    CHECK(reasons ==
          std::set<std::string>{"void.assembly", "void.not_officer", "void.not_opener", "void.not_publisher"});
}

TEST_CASE("protocol vectors: the life of a dossier") {
    const auto file = vectors("dossier_life.json");
    const auto reader = after(file.at("history"));
    const auto& dossier = reader.dossiers.at(*model::parse_hex<model::ChainId>(text_of(file.at("dossier"))));
    const auto& items = file.at("items").as_array();
    REQUIRE(items.size() == dossier.items().size());
    std::set<std::string> reasons;
    for (const auto& one : file.at("history").as_array()) {
        if (const auto* reason = one.as_object().if_contains("reason")) reasons.insert(text_of(*reason));
    }
    CHECK(reasons.size() >= 6);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = dossier.items()[i];
        CHECK(model::to_hex(item.id) == text_of(items[i].at("id")));
        CHECK(item.epoch == items[i].at("epoch").to_number<std::uint64_t>());
        CHECK(model::to_text(item.in_force.onward) == text_of(items[i].at("onward")));
        CHECK(item.stale == items[i].at("stale").as_bool());
        CHECK(item.withdrawn == items[i].at("withdrawn").as_bool());
    }
}
