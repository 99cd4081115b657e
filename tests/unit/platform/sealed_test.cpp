#include <rapidcheck.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "crypto/encoding/padme.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/invitation.hpp"
#include "platform/record/key_files.hpp"
#include "platform/record/sealed_body.hpp"
#include "platform/record/state_file.hpp"
#include "platform/record/successor_sheet.hpp"
#include "tests/support/record_world.hpp"

using namespace rogatory;
using namespace rogatory::record;
using tests::SeededRandom;
using tests::World;

namespace {

template <class T>
std::string key_of(const Result<T>& result) {
    return result ? "" : result.error().key();
}

GrantFile grant(World& w) {
    return {w.id<model::ChainId>(),     3,
            w.id<model::AuthorityId>(), 2,
            w.id<model::StatementId>(), age::HybridIdentity::generate(w.random)};
}

// Everything that must not pass in a text of an exact grammar: each line gone, twice, exchanged with the next, with
// something before, behind or in it.
std::vector<std::string> damaged(const std::string& good) {
    std::vector<std::string> lines;
    for (std::size_t start = 0; start < good.size();) {
        const auto end = good.find('\n', start) + 1;
        lines.push_back(good.substr(start, end - start));
        start = end;
    }
    std::vector<std::string> out{"",
                                 good + "\n",
                                 good + " ",
                                 "\n" + good,
                                 " " + good,
                                 good + "\r\n",
                                 good + good,
                                 good.substr(0, good.size() - 1),
                                 "\xEF\xBB\xBF" + good,
                                 good + "# end\n",
                                 std::string{good}.append(1, '\0')};
    auto crlf = good;
    for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) crlf.insert(at, 1, '\r');
    out.push_back(crlf);
    const auto join = [](const std::vector<std::string>& all) {
        std::string text;
        for (const auto& line : all) text += line;
        return text;
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto changed = lines;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        out.push_back(join(changed));
        changed = lines;
        changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), "# comment\n");
        out.push_back(join(changed));
        changed = lines;
        changed[i].insert(changed[i].size() - 1, " ");
        out.push_back(join(changed));
        changed = lines;
        changed[i] = " " + changed[i];
        out.push_back(join(changed));
        if (i + 1 < lines.size() && lines[i] != lines[i + 1]) {
            changed = lines;
            std::swap(changed[i], changed[i + 1]);
            out.push_back(join(changed));
        }
    }
    return out;
}

}  // namespace

TEST_CASE("grant: exact grammar, read as written") {
    World w;
    const auto file = grant(w);
    const auto secret = file.encode();
    const std::string text{secret.expose_secret()};
    CHECK(text.starts_with("# rogatory/v1/grant\n# chain: "));
    const auto again = GrantFile::parse(as_bytes(text));
    REQUIRE(again);
    CHECK(again->encode() == secret);
    for (const auto& bad : damaged(text)) {
        CAPTURE(bad);
        CHECK(key_of(GrantFile::parse(as_bytes(bad))) == "grant.malformed");
    }
    // Two identities, a plug-in's, one of the older kind, another case.
    const auto identity = text.substr(text.rfind("AGE-"));
    CHECK(key_of(GrantFile::parse(as_bytes(text + identity))) == "grant.malformed");
    auto changed = text;
    changed.replace(text.rfind("AGE-"), std::string::npos, "AGE-PLUGIN-YUBIKEY-1QQQQQQ\n");
    CHECK(key_of(GrantFile::parse(as_bytes(changed))) == "grant.malformed");
    changed = text;
    std::transform(identity.begin(), identity.end(), changed.begin() + static_cast<std::ptrdiff_t>(text.rfind("AGE-")),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    CHECK(key_of(GrantFile::parse(as_bytes(changed))) == "grant.malformed");
    changed = text;
    changed.replace(changed.find("# epoch: 3"), 10, "# epoch: 03");
    CHECK(key_of(GrantFile::parse(as_bytes(changed))) == "grant.malformed");
    changed = text;
    changed.replace(changed.find("# chain: ") + 9, 1, "G");
    CHECK(key_of(GrantFile::parse(as_bytes(changed))) == "grant.malformed");
}

TEST_CASE("grant: nothing but what the statement names") {
    World w;
    const auto file = grant(w);
    const GrantFile::Expected good{file.chain, 3, file.authority, 2, file.policy, file.identity.recipient()};
    CHECK(file.check(good));
    const auto refused = [&](auto change) {
        auto bad = good;
        change(bad);
        return !file.check(bad) && file.check(bad).error().key() == "grant.mismatch";
    };
    CHECK(refused([&](auto& e) { e.chain = w.id<model::ChainId>(); }));
    CHECK(refused([&](auto& e) { e.epoch = 4; }));
    CHECK(refused([&](auto& e) { e.authority = w.id<model::AuthorityId>(); }));
    CHECK(refused([&](auto& e) { e.generation = 1; }));
    CHECK(refused([&](auto& e) { e.policy = model::StatementId{}; }));
    CHECK(refused([&](auto& e) { e.recipient = w.recipient(); }));
}

TEST_CASE("keyring: the generations of the register, in order, and no other") {
    World w;
    KeyringFile file{w.id<model::AuthorityId>(), {}};
    std::vector<age::HybridRecipient> recipients;
    for (int i = 0; i < 3; ++i) {
        file.generations.push_back(age::HybridIdentity::generate(w.random));
        recipients.push_back(file.generations.back().recipient());
    }
    const auto secret = file.encode();
    const std::string text{secret.expose_secret()};
    const auto again = KeyringFile::parse(as_bytes(text));
    REQUIRE(again);
    CHECK(again->encode() == secret);
    CHECK(again->check(file.authority, recipients));
    for (const auto& bad : damaged(text)) {
        CAPTURE(bad);
        CHECK(key_of(KeyringFile::parse(as_bytes(bad))) == "keyring.malformed");
    }
    CHECK(key_of(again->check(w.id<model::AuthorityId>(), recipients)) == "keyring.mismatch");
    auto other = recipients;
    other.pop_back();
    CHECK(key_of(again->check(file.authority, other)) == "keyring.mismatch");
    other = recipients;
    std::swap(other[0], other[1]);
    CHECK(key_of(again->check(file.authority, other)) == "keyring.mismatch");
}

TEST_CASE("bundle: exact grammar, read as written") {
    World w;
    UserBundle bundle{7, {}, {}};
    using Use = UserBundle::RecipientUse;
    for (const auto use : {Use::unlock, Use::kit, Use::passkey, Use::passkey}) {
        bundle.recipients.push_back({use, w.recipient()});
    }
    for (int i = 0; i < 2; ++i) {
        bundle.memberships.push_back({w.id<model::ChainId>(), w.id<model::AuthorityId>(), w.id<model::MemberId>(),
                                      w.id<model::PartyId>(), 42, w.digest(), crypto::Ed25519Seed::random(w.random),
                                      age::HybridIdentity::generate(w.random)});
    }
    const auto secret = bundle.encode();
    const std::string text{secret.expose_secret()};
    const auto again = UserBundle::parse(as_bytes(text));
    REQUIRE(again);
    CHECK(again->encode() == secret);
    CHECK(again->recipients == bundle.recipients);
    CHECK(again->memberships[1].signing_seed == bundle.memberships[1].signing_seed);
    for (const auto& bad : damaged(text)) {
        const auto parsed = UserBundle::parse(as_bytes(bad));
        // Recipients of passkeys may be any number and in any order: whatever is read is read as it is written.
        if (parsed) CHECK(parsed->encode().expose_secret() == bad);
        if (parsed) CHECK(parsed->recipients != bundle.recipients);
    }
    auto changed = text;
    changed.replace(changed.find("# version: 7"), 12, "# version: 0");
    CHECK(key_of(UserBundle::parse(as_bytes(changed))) == "bundle.malformed");
    changed = text;
    changed.erase(changed.find("# membership"));
    CHECK(key_of(UserBundle::parse(as_bytes(changed))) == "bundle.malformed");
    changed = text;
    const auto kit = changed.find("# recipient: kit");
    changed.erase(kit, changed.find('\n', kit) + 1 - kit);
    CHECK(key_of(UserBundle::parse(as_bytes(changed))) == "bundle.malformed");
}

TEST_CASE("sealed body: padded, and nothing in the padding") {
    World w;
    const auto who = w.found("SEN");
    auto draft = w.draft(*who, w.id<model::ChainId>(), Closed{});
    draft.nonce = w.id<model::Nonce>();
    SealedBody body{draft.chain, draft.author, draft.nonce, {}, "Title", "Two\nlines, « é »", {}, {}, {}, {}};
    const auto bytes = body.encode();
    REQUIRE(bytes);
    CHECK(bytes->size() == SealedBody::kMinBytes);
    CHECK(SealedBody::parse(*bytes) == body);
    CHECK(body.check(draft));
    auto longer = *bytes;
    longer.push_back(' ');
    CHECK(key_of(SealedBody::parse(longer)) == "body.malformed");
    auto hidden = *bytes;
    hidden.back() = '\n';
    CHECK(key_of(SealedBody::parse(hidden)) == "body.malformed");
    auto shorter = *bytes;
    shorter.pop_back();
    CHECK(key_of(SealedBody::parse(shorter)) == "body.malformed");
    CHECK(key_of(SealedBody::parse({})) == "body.malformed");

    body.message = std::string(20'000, 'x');
    const auto large = body.encode();
    REQUIRE(large);
    CHECK(large->size() > 20'000);
    CHECK(large->size() == encoding::padme_length(large->size()));
    CHECK(SealedBody::parse(*large) == body);
    body.message = std::string(SealedBody::kMaxMessageBytes + 1, 'x');
    CHECK(key_of(body.encode()) == "body.malformed");
}

TEST_CASE("sealed body: a draft says for whom and under which restrictions, its kept files sorted") {
    World w;
    SealedBody body{};
    body.draft = SealedBody::Draft{};
    CHECK(SealedBody::parse(*body.encode()) == body);
    body.draft->to = {{*model::PartyCode::parse("MLI"), std::nullopt},
                      {*model::PartyCode::parse("FRA"), w.id<model::AuthorityId>()}};
    body.draft->together = true;
    body.draft->policy = {model::Onward::source_consent, 1'800'000'000, std::nullopt};
    body.draft->caveats = model::Caveats{{"93-8-b"}, {"H1"}, std::nullopt, "Pour le Procureur seul."};
    body.draft->kept = {model::AttachmentId{ByteArray<16>{1}}, model::AttachmentId{ByteArray<16>{2}}};
    const auto bytes = body.encode();
    REQUIRE(bytes);
    CHECK(SealedBody::parse(*bytes) == body);
    std::swap(body.draft->kept[0], body.draft->kept[1]);
    CHECK(key_of(body.encode()) == "body.malformed");
}

TEST_CASE("sealed body: belongs to one statement") {
    World w;
    const auto who = w.found("SEN");
    SealedBody body{};
    for (int i = 0; i < 2; ++i) {
        body.files.push_back({w.id<model::AttachmentId>(), "relevé " + std::to_string(i) + ".pdf", "application/pdf",
                              1000, w.digest(), w.random.bytes<32>()});
    }
    body.caveats = model::Caveats{{"93-8-b"}, {"H1"}, "B2", "Not as evidence."};
    Entry entry{1, w.id<model::StatementId>(), w.digest(), {}, std::nullopt, std::nullopt};
    for (const auto& file : body.files) entry.attachments.push_back({file.id, 1200, w.digest(), file.commit()});
    auto statement = w.draft(*who, w.id<model::ChainId>(), entry);
    statement.nonce = w.id<model::Nonce>();
    body.chain = statement.chain;
    body.author = statement.author;
    body.nonce = statement.nonce;
    CHECK(SealedBody::parse(*body.encode()) == body);
    REQUIRE(body.check(statement));
    const auto refused = [&](auto change) {
        auto other = body;
        change(other);
        return key_of(other.check(statement)) == "body.mismatch";
    };
    CHECK(refused([&](auto& b) { b.nonce = w.id<model::Nonce>(); }));
    CHECK(refused([&](auto& b) { b.chain = w.id<model::ChainId>(); }));
    CHECK(refused([&](auto& b) { b.author.member = w.id<model::MemberId>(); }));
    CHECK(refused([&](auto& b) { b.files.pop_back(); }));
    CHECK(refused([&](auto& b) { std::swap(b.files[0], b.files[1]); }));
    CHECK(refused([&](auto& b) { b.files[0].id = w.id<model::AttachmentId>(); }));
    CHECK(refused([&](auto& b) { b.files[0].name = "other.pdf"; }));
    CHECK(refused([&](auto& b) { b.files[0].type = "text/plain"; }));
    CHECK(refused([&](auto& b) { b.files[0].size += 1; }));
    CHECK(refused([&](auto& b) { b.files[0].sha256 = w.digest(); }));
    CHECK(refused([&](auto& b) { b.files[0].salt[0] ^= 1; }));
    for (const auto* name :
         {"", ".", "..", "a/b", "a\\b", "a\nb", "a\u202efdp.exe", "a\u2066b", "a\u009bb", "a\u061cb", "\ufeffa"}) {
        auto other = body;
        other.files[0].name = name;
        CHECK(key_of(other.encode()) == "body.malformed");
    }
    auto other = body;
    other.caveats->handling = {"H7"};
    CHECK(key_of(other.encode()) == "body.malformed");
}

TEST_CASE("invitation: what follows from a code, and the card it opens") {
    World w;
    const auto code = InvitationCode::random(w.random);
    const auto secrets = derive_invitation(code);
    CHECK(secrets.commit() != secrets.redeem_digest());
    const auto invitation = w.id<model::InvitationId>();
    const WelcomeCard card{w.id<model::PartyId>(),
                           tests::code("SEN"),
                           w.id<model::ChainId>(),
                           12,
                           w.id<model::StatementId>(),
                           w.id<model::AuthorityId>(),
                           tests::name("CENTIF"),
                           w.id<model::MemberId>(),
                           model::Role::officer,
                           false,
                           w.log_policy()};
    const auto sealed = seal_card(card, secrets.card, invitation, w.random);
    CHECK(open_card(sealed, secrets.card, invitation) == card);
    CHECK(key_of(open_card(sealed, secrets.card, w.id<model::InvitationId>())) == "invitation.card");
    CHECK(key_of(open_card(sealed, derive_invitation(InvitationCode::random(w.random)).card, invitation)) ==
          "invitation.card");
    for (std::size_t i = 0; i < sealed.size(); i += 7) {
        auto flipped = sealed;
        flipped[i] ^= 1;
        CHECK(key_of(open_card(flipped, secrets.card, invitation)) == "invitation.card");
    }
    CHECK(key_of(open_card({}, secrets.card, invitation)) == "invitation.card");
    // One kind of card is not taken for the other.
    const FounderCard founder{tests::code("SEN"), w.id<model::MemberId>()};
    const auto founding = seal_founder_card(founder, secrets.card, invitation, w.random);
    CHECK(open_founder_card(founding, secrets.card, invitation) == founder);
    CHECK(key_of(open_founder_card(sealed, secrets.card, invitation)) == "invitation.card");
    CHECK(key_of(open_card(founding, secrets.card, invitation)) == "invitation.card");
}

TEST_CASE("invitation: an answer is believed by code, key and what was invited") {
    World w;
    const auto who = w.found("SEN");
    const auto joining = w.person(who->register_chain, who->authority);
    const auto secrets = derive_invitation(InvitationCode::random(w.random));
    const auto invited = w.invitation(InvitationPurpose::member, who->authority, joining->member, model::Role::officer);
    const auto party = w.ref(*who).party;
    const auto record = w.record_of(*joining, invited.invitation, model::Role::officer);
    const auto text = encode(sign(record, joining->key));
    const auto mac = mac_of_record(secrets.mac, text);
    const auto answer = check_answer(text, mac.bytes(), secrets.mac, invited, party);
    REQUIRE(answer);
    CHECK(answer->record == record);
    CHECK(parse_signed_record(text) == *answer);

    const auto other = derive_invitation(InvitationCode::random(w.random));
    CHECK(key_of(check_answer(text, mac.bytes(), other.mac, invited, party)) == "invitation.answer_mac");
    CHECK(key_of(check_answer(text + " ", mac.bytes(), secrets.mac, invited, party)) == "invitation.answer_mac");
    CHECK(key_of(check_answer(text, {}, secrets.mac, invited, party)) == "invitation.answer_mac");
    const auto with = [&](const std::string& changed) {
        return check_answer(changed, mac_of_record(secrets.mac, changed).bytes(), secrets.mac, invited, party);
    };
    CHECK(key_of(with("{}")) == "record.malformed");
    CHECK(key_of(with(encode(sign(record, who->key)))) == "invitation.answer_signature");
    auto promoted = record;
    promoted.role = model::Role::custodian;
    CHECK(key_of(with(encode(sign(promoted, joining->key)))) == "invitation.answer_differs");
    CHECK(key_of(check_answer(text, mac.bytes(), secrets.mac, invited, w.id<model::PartyId>())) ==
          "invitation.answer_differs");
    const auto digits = comparison_digits(record);
    CHECK(digits.size() == 23);
    CHECK(digits != comparison_digits(promoted));
}

TEST_CASE("fingerprint: eight groups of five digits, whoever types them") {
    model::PartyId zero{};
    CHECK(fingerprint_digits(zero) == "00000 00000 00000 00000 00000 00000 00000 00000");
    ByteArray<32> ones;
    ones.fill(0xFF);
    CHECK(fingerprint_digits(model::PartyId{ones}) == "85899 34591 85899 34591 85899 34591 85899 34591");
    // 132 bits: bit 131 counts, bit 132 does not.
    auto last = ByteArray<32>{};
    last[16] = 0x10;
    CHECK(fingerprint_digits(model::PartyId{last}) == "00000 00000 00000 00000 00000 00000 00000 00001");
    last[16] = 0x08;
    CHECK(fingerprint_digits(model::PartyId{last}) == fingerprint_digits(zero));
    SeededRandom random;
    const auto party = random_id<model::PartyId>(random);
    const auto digits = fingerprint_digits(party);
    CHECK(fingerprint_matches(digits, party));
    auto typed = digits;
    std::erase(typed, ' ');
    CHECK(fingerprint_matches(typed, party));
    CHECK_FALSE(fingerprint_matches(typed.substr(1), party));
    CHECK_FALSE(fingerprint_matches(typed + "0", party));
    CHECK_FALSE(fingerprint_matches("", party));
    typed[7] = typed[7] == '0' ? '1' : '0';
    CHECK_FALSE(fingerprint_matches(typed, party));
}

TEST_CASE("founding sheet: one text, read as written") {
    World w;
    FoundingSheet sheet{"2026-11-21", "https://rogatory.example:8443", w.id<model::PartyId>(), {}, w.log_policy()};
    for (const auto* code : {"FRA", "SEN", "X-OTP"})
        sheet.parties.push_back({tests::code(code), w.id<model::PartyId>()});
    const auto text = sheet.encode();
    CHECK(FoundingSheet::parse(text) == sheet);
    CHECK(FoundingSheet::parse(text)->encode() == text);
    FoundingSheet first{"2026-11-21", "https://rogatory.example", std::nullopt, {}, w.log_policy()};
    CHECK(FoundingSheet::parse(first.encode()) == first);
    const auto refused = [&](const std::string& from, const std::string& to) {
        auto changed = text;
        changed.replace(changed.find(from), from.size(), to);
        return key_of(FoundingSheet::parse(changed)) == "sheet.malformed";
    };
    CHECK(refused("sheet\n", "sheet\r\n"));
    CHECK(refused("v1", "v2"));
    CHECK(refused("2026-11-21", "2026-02-29"));
    CHECK(refused("2026-11-21", "21.11.2026"));
    CHECK(refused("https://rogatory.example:8443", "http://rogatory.example"));
    CHECK(refused("https://rogatory.example:8443", "https://rogatory.example/"));
    CHECK(refused("https://rogatory.example:8443", "https://Rogatory.example"));
    CHECK(refused("https://rogatory.example:8443", "https://rogatory.example:443"));
    CHECK(refused("https://rogatory.example:8443", "https://user@rogatory.example"));
    CHECK(refused("registry: ", "registry: 0"));
    CHECK(refused("party: FRA", "party: SEN"));
    CHECK(refused("party: FRA", "party: ZZZ"));
    CHECK(refused("party: FRA", "party: fra"));
    CHECK(refused("policy:\n", ""));
    CHECK(refused("quorum none\n", ""));
    CHECK(refused("quorum none\n", "quorum none"));
    CHECK(key_of(FoundingSheet::parse("")) == "sheet.malformed");
    CHECK(key_of(FoundingSheet::parse(std::string(70'000, 'x'))) == "sheet.too_large");
}

TEST_CASE("successor sheet: one text, for exactly the log after the one that ended") {
    World w;
    SuccessorSheet sheet{"2026-11-28",
                         "https://log.example",
                         {"log.example/log/0", {41, tlog::Hash{w.digest().value()}}, {}},
                         w.log_policy()};
    const auto text = sheet.encode();
    CHECK(SuccessorSheet::is_one(text));
    CHECK(SuccessorSheet::parse(text) == sheet);
    CHECK(SuccessorSheet::parse(text)->encode() == text);
    const auto refused = [&](const std::string& from, const std::string& to) {
        auto changed = text;
        changed.replace(changed.find(from), from.size(), to);
        return key_of(SuccessorSheet::parse(changed)) == "successor_sheet.malformed";
    };
    CHECK(refused("v1", "v2"));
    CHECK(refused("2026-11-28", "2026-11-31"));
    CHECK(refused("https://log.example", "http://log.example"));
    CHECK(refused("log: log.example/log/0", "log: log.example/log/1"));
    CHECK(refused("log: log.example/log/0", "log: other.example/log/0"));
    CHECK(refused("log: log.example/log/0", "log: log.example"));
    CHECK(refused("size: 41", "size: 041"));
    CHECK(refused("root: ", "root: 0"));
    CHECK(refused("policy:\n", ""));
    CHECK(key_of(SuccessorSheet::parse("")) == "successor_sheet.malformed");
    CHECK(key_of(SuccessorSheet::parse(std::string(70'000, 'x'))) == "sheet.too_large");
    FoundingSheet founding{"2026-11-21", "https://log.example", std::nullopt, {}, w.log_policy()};
    CHECK_FALSE(SuccessorSheet::is_one(founding.encode()));
}

TEST_CASE("state file: signed by the member") {
    World w;
    const auto key = crypto::SigningKey::generate(w.random);
    StateFile state{"log.example/log/1", 300, w.digest(), {}};
    for (int i = 0; i < 5; ++i)
        state.chains.emplace(w.id<model::ChainId>(), StateFile::ChainState{7, w.id<model::StatementId>()});
    const auto text = state.sign(key);
    CHECK(StateFile::open(text, key.verify_key()) == state);
    CHECK(key_of(StateFile::open(text, crypto::SigningKey::generate(w.random).verify_key())) == "state.signature");
    auto changed = text;
    changed.replace(changed.find("\"log_size\":300"), 14, "\"log_size\":301");
    CHECK(key_of(StateFile::open(changed, key.verify_key())) == "state.signature");
    CHECK(key_of(StateFile::open(text + " ", key.verify_key())) == "state.malformed");
    CHECK(key_of(StateFile::open("", key.verify_key())) == "state.malformed");
}
