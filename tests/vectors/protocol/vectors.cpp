#include "tests/vectors/protocol/vectors.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/entry.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/invitation.hpp"
#include "platform/record/key_files.hpp"
#include "platform/record/sealed_body.hpp"
#include "platform/record/share_file.hpp"
#include "platform/record/state_file.hpp"
#include "tests/support/record_world.hpp"
#include "tests/vectors/protocol/history_vectors.hpp"
#include "tests/vectors/protocol/json_text.hpp"

namespace rogatory::tests {
namespace {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator

Json base64(std::string_view bytes) { return Json{encoding::base64_encode(as_bytes(bytes))}; }
Json base64(ByteView bytes) { return Json{encoding::base64_encode(bytes)}; }
Json hex(ByteView bytes) { return Json{encoding::hex_encode(bytes)}; }

struct Bad {
    std::string what;
    std::string text;
};

Json::Array good_texts(const std::vector<std::string>& texts) {
    Json::Array out;
    for (const auto& text : texts) out.push_back(base64(text));
    return out;
}
Json::Array bad_texts(const std::vector<Bad>& cases) {
    Json::Array out;
    for (const auto& [what, text] : cases) {
        out.emplace_back(Json::Object{{"what", Json{what}}, {"text", base64(text)}});
    }
    return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
}

std::string canonical_json() {
    const auto deep = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    return json_text(
        {{"good", Json{good_texts({"{}", "[]", "0", "9007199254740991", "true", R"("")",
                                   R"("\"\\\b\t\n\f\r\u0000\u001f")", "\"\x7F\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"",
                                   "\"/\"", R"({"":1,"A":2,"a":3,"é":4,"€":5,"😀":6})",
                                   "{\"\xEF\xBD\x9E\":1,\"\xF0\x9F\x98\x80\":2}", deep(8)})}},
         {"bad", Json{bad_texts({{"white space before", " {}"},
                                 {"white space after", "{}\n"},
                                 {"white space inside", R"({"a": 1})"},
                                 {"two values", "{}{}"},
                                 {"nothing", ""},
                                 {"null", "null"},
                                 {"null inside", R"({"a":null})"},
                                 {"negative", "-1"},
                                 {"minus zero", "-0"},
                                 {"fraction", "1.0"},
                                 {"exponent", "1e3"},
                                 {"leading zero", "01"},
                                 {"above 2^53-1", "9007199254740992"},
                                 {"keys not sorted", R"({"b":1,"a":2})"},
                                 {"keys sorted by UTF-16, not by byte", "{\"\xF0\x9F\x98\x80\":1,\"\xEF\xBD\x9E\":2}"},
                                 {"key twice", R"({"a":1,"a":2})"},
                                 {"comma at the end", "[1,]"},
                                 {"escaped solidus", R"("\/")"},
                                 {"escaped letter", R"("\u0061")"},
                                 {"long escape of a short one", R"("\u000a")"},
                                 {"upper-case escape", R"("\u001F")"},
                                 {"escaped lone surrogate", R"("\ud800")"},
                                 {"escaped pair of surrogates", R"("\ud83d\ude00")"},
                                 {"raw control character", "\"a\nb\""},
                                 {"lone surrogate in UTF-8", "\"\xED\xA0\x80\""},
                                 {"overlong UTF-8", "\"\xC0\xAF\""},
                                 {"above U+10FFFF", "\"\xF4\x90\x80\x80\""},
                                 {"sequence cut short", "\"\xE2\x82\""},
                                 {"byte order mark", "\xEF\xBB\xBF{}"},
                                 {"nine deep", deep(9)}})}}});
}

std::string statements() {
    World w{3};
    const auto who = w.found("SEN");
    Json::Array bad;
    const auto statement =
        w.sign(*who, who->register_chain, Pinned{code("FRA"), w.id<model::PartyId>(), PinSource::note_verbale, false});
    const auto& good = statement.envelope();
    const auto add = [&](const std::string& what, const std::string& outcome, const std::string& envelope) {
        bad.emplace_back(
            Json::Object{{"what", Json{what}}, {"outcome", Json{outcome}}, {"envelope", base64(envelope)}});
    };
    const auto with_payload = [&](const std::string& payload) {
        auto changed = good;
        changed.payload = payload;
        return changed.encode();
    };
    const auto text = good.encode();
    const auto& payload = good.payload;
    add("line feed after the envelope", "malformed", text + "\n");
    add("a key id", "malformed", replaced(text, "[{\"sig\"", "[{\"keyid\":\"\",\"sig\""));
    add("no signature", "malformed", text.substr(0, text.find("[{")) + "[]}");
    add("two signatures", "malformed",
        replaced(text, "[{", "[" + text.substr(text.find("[{") + 1, text.find("}]") - text.find("[{")) + ",{"));
    add("unpadded base64", "malformed", [&] {
        auto changed = text;
        const auto end = changed.find("\",\"payloadType");
        const auto cut = changed[end - 1] == '=' ? end - 1 : end - 2;
        return changed.erase(cut, end - cut);
    }());
    add("unknown kind", "unsupported", replaced(text, "rogatory.pinned.v1", "rogatory.foretold.v1"));
    add("later version", "unsupported", replaced(text, "rogatory.pinned.v1", "rogatory.pinned.v2"));
    add("another type's name", "unsupported", replaced(text, "application/vnd.", "application/"));
    add("another kind's body", "malformed", replaced(text, "rogatory.pinned.v1", "rogatory.closed.v1"));
    add("white space in the payload", "malformed", with_payload(replaced(payload, ":", ": ")));
    add("space after the payload", "malformed", with_payload(payload + " "));
    add("unknown field", "malformed", with_payload(replaced(payload, "\"chain\"", "\"chair\":1,\"chain\"")));
    add("unknown field in the body", "malformed",
        with_payload(replaced(payload, "\"code\":\"FRA\"", "\"code\":\"FRA\",\"also\":1")));
    add("missing field", "malformed", with_payload(replaced(payload, "\"code\":\"FRA\",", "")));
    add("a false that should be absent", "malformed",
        with_payload(replaced(payload, "\"basis\"", "\"accepts_vouches\":false,\"basis\"")));
    add("null instead of absent", "malformed",
        with_payload(replaced(payload, "\"basis\"", "\"accepts_vouches\":null,\"basis\"")));
    add("upper-case hex", "malformed", with_payload([&] {
            auto changed = payload;
            const auto at = changed.find("\"nonce\":\"") + 9;
            std::transform(changed.begin() + static_cast<std::ptrdiff_t>(at),
                           changed.begin() + static_cast<std::ptrdiff_t>(at + 32),
                           changed.begin() + static_cast<std::ptrdiff_t>(at),
                           [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
            return changed;
        }()));
    add("prev on the first statement", "malformed", with_payload(replaced(payload, "\"seq\":1", "\"seq\":0")));
    add("no prev on a later one", "malformed", with_payload([&] {
            auto changed = payload;
            const auto from = changed.find("\"prev\"");
            return changed.erase(from, changed.find("\"seen\"") - from);
        }()));
    add("a code that is none", "malformed", with_payload(replaced(payload, "\"FRA\"", "\"Fra\"")));
    return json_text({{"good", Json{text}},
                      {"good_id", Json{model::to_hex(statement.id())}},
                      {"good_key", Json{model::to_hex(who->key.verify_key())}},
                      {"good_pae", base64(good.pre_authentication_encoding())},
                      {"good_payload", Json{payload}},
                      {"bad", Json{std::move(bad)}}});
}

std::string derivations() {
    World w{4};
    Json::Array out;
    // Of a seed of its own: the other cases stay what they were.
    SeededRandom generations{41};
    for (int i = 0; i < 4; ++i) {
        const auto generation = age::HybridIdentity::generate(generations);
        const auto chain = w.id<model::ChainId>();
        const auto authority = w.id<model::AuthorityId>();
        const auto party = w.id<model::PartyId>();
        const auto seq = static_cast<std::uint64_t>(i) * 1'000'003;
        const auto first = w.recipient();
        const auto key = crypto::SigningKey::generate(w.random).verify_key();
        out.emplace_back(Json::Object{{"dossier", Json{model::to_hex(chain)}},
                                      {"authority", Json{model::to_hex(authority)}},
                                      {"party", Json{model::to_hex(party)}},
                                      {"seq", Json{seq}},
                                      {"recipient", Json{first.text()}},
                                      {"key", Json{model::to_hex(key)}},
                                      {"dossier_chain", Json{model::to_hex(dossier_chain(authority, first))}},
                                      {"register_chain", Json{model::to_hex(register_chain(key))}},
                                      {"receipts_chain", Json{model::to_hex(receipts_chain(chain, authority))}},
                                      {"first_generation", Json{generation.encode().expose_secret()}},
                                      {"casebook_chain", Json{model::to_hex(casebook_chain(authority, generation))}},
                                      {"notices_chain", Json{model::to_hex(notices_chain(party))}},
                                      {"log_label", hex(tlog::entry_label(chain.value(), seq).value())},
                                      {"fingerprint", Json{fingerprint_digits(party)}}});
    }
    return json_text({{"cases", Json{std::move(out)}}});
}

std::string invitations() {
    World w{5};
    const auto who = w.found("SEN");
    const auto joining = w.person(who->register_chain, who->authority);
    const auto invitation_code = InvitationCode::random(w.random);
    const auto secrets = derive_invitation(invitation_code);
    const auto invited = w.invitation(InvitationPurpose::member, who->authority, joining->member, model::Role::officer);
    const auto record = w.record_of(*joining, invited.invitation, model::Role::officer);
    const auto answer = encode(sign(record, joining->key));
    const auto& reg = w.register_of(*who);
    const WelcomeCard card{reg.party(),          reg.code(),     reg.chain(),         reg.head().length,
                           *reg.head().last,     who->authority, name("Root of SEN"), joining->member,
                           model::Role::officer, false,          w.log_policy()};
    const auto sealed = seal_card(card, secrets.card, invited.invitation, w.random);
    const FounderCard founder{code("FRA"), w.id<model::MemberId>()};
    const auto founding = seal_founder_card(founder, secrets.card, invited.invitation, w.random);
    auto flipped = sealed;
    flipped.back() ^= 1;
    const auto open_with = [&](ByteView bytes) { return encoding::base64_encode(bytes); };
    return json_text({{"code", hex(invitation_code.expose_secret())},
                      {"code_spelled", Json{encoding::code_encode(invitation_code).expose_secret()}},
                      {"redeem", hex(secrets.redeem.expose_secret())},
                      {"redeem_sha256", Json{model::to_hex(secrets.redeem_digest())}},
                      {"mac_key", hex(secrets.mac.expose_secret())},
                      {"commit", Json{model::to_hex(secrets.commit())}},
                      {"card_key", hex(secrets.card.expose_secret())},
                      {"invitation", Json{model::to_hex(invited.invitation)}},
                      {"card", Json{open_with(sealed)}},
                      {"card_party", Json{model::to_hex(card.party)}},
                      {"card_bad", Json{Json::Array{Json{open_with(flipped)}, Json{open_with(founding)}}}},
                      {"founder_card", Json{open_with(founding)}},
                      {"founder_member", Json{model::to_hex(founder.member)}},
                      {"signed_record", Json{answer}},
                      {"record_sha256", Json{model::to_hex(record.digest())}},
                      {"record_digits", Json{comparison_digits(record)}},
                      {"record_mac", hex(mac_of_record(secrets.mac, answer).bytes())},
                      {"record_bad_signature", Json{encode(sign(record, who->key))}}});
}

// Each line gone, twice, exchanged; CRLF; comments; spaces.
std::vector<Bad> damaged(const std::string& good) {
    const auto second_line = good.find('\n') + 1;
    auto crlf = good;
    for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) crlf.insert(at, 1, '\r');
    return {{"nothing", ""},
            {"CRLF", crlf},
            {"no line feed at the end", good.substr(0, good.size() - 1)},
            {"an empty line at the end", good + "\n"},
            {"a byte order mark", "\xEF\xBB\xBF" + good},
            {"a space before", " " + good},
            {"a space at a line's end", replaced(good, "\n", " \n")},
            {"a comment in between", good.substr(0, second_line) + "# comment\n" + good.substr(second_line)},
            {"the first line missing", good.substr(second_line)},
            {"another version", replaced(good, "/v1/", "/v2/")},
            {"twice", good + good}};
}

std::string key_files() {
    World w{6};
    const GrantFile grant{w.id<model::ChainId>(),     3,
                          w.id<model::AuthorityId>(), 2,
                          w.id<model::StatementId>(), age::HybridIdentity::generate(w.random)};
    const std::string grant_text{grant.encode().expose_secret()};
    KeyringFile keyring{w.id<model::AuthorityId>(), {}};
    for (int i = 0; i < 2; ++i) keyring.generations.push_back(age::HybridIdentity::generate(w.random));
    const std::string keyring_text{keyring.encode().expose_secret()};
    UserBundle bundle{7, {}, {}};
    using Use = UserBundle::RecipientUse;
    for (const auto use : {Use::unlock, Use::kit, Use::passkey}) bundle.recipients.push_back({use, w.recipient()});
    bundle.memberships.push_back({w.id<model::ChainId>(), w.id<model::AuthorityId>(), w.id<model::MemberId>(),
                                  w.id<model::PartyId>(), 42, w.digest(), crypto::Ed25519Seed::random(w.random),
                                  age::HybridIdentity::generate(w.random)});
    const std::string bundle_text{bundle.encode().expose_secret()};
    bundle.recipients.erase(bundle.recipients.begin() + 1, bundle.recipients.end());
    const std::string of_service{bundle.encode().expose_secret()};
    auto bad_grants = damaged(grant_text);
    bad_grants.push_back({"two identities", grant_text + grant_text.substr(grant_text.find("AGE-"))});
    bad_grants.push_back(
        {"a plug-in's identity", grant_text.substr(0, grant_text.find("AGE-")) + "AGE-PLUGIN-EXAMPLE-1QQQQQQ\n"});
    bad_grants.push_back({"a leading zero", replaced(grant_text, "# epoch: 3", "# epoch: 03")});
    auto bad_keyrings = damaged(keyring_text);
    bad_keyrings.push_back({"a generation left out", replaced(keyring_text, "# generation: 2", "# generation: 3")});
    auto bad_bundles = damaged(bundle_text);
    bad_bundles.push_back({"version 0", replaced(bundle_text, "# version: 7", "# version: 0")});
    bad_bundles.push_back({"no kit", replaced(bundle_text, "# recipient: kit", "# recipient: passkey")});
    const auto kit = bundle_text.find("# recipient: kit");
    bad_bundles.push_back(
        {"a passkey without a kit", std::string{bundle_text}.erase(kit, bundle_text.find('\n', kit) + 1 - kit)});
    return json_text({{"grant", Json{grant_text}},
                      {"grant_recipient", Json{grant.identity.recipient().text()}},
                      {"grant_bad", Json{bad_texts(bad_grants)}},
                      {"keyring", Json{keyring_text}},
                      {"keyring_recipients", Json{Json::Array{Json{keyring.generations[0].recipient().text()},
                                                              Json{keyring.generations[1].recipient().text()}}}},
                      {"keyring_bad", Json{bad_texts(bad_keyrings)}},
                      {"bundle", Json{bundle_text}},
                      {"bundle_of_service", Json{of_service}},
                      {"bundle_bad", Json{bad_texts(bad_bundles)}}});
}

std::string recovery_shares() {
    World w{21};
    const auto authority = w.id<model::AuthorityId>();
    const auto identity = age::HybridIdentity::generate(w.random);
    auto shares = crypto::shamir_split(identity.seed().expose_secret(), {2, 3}, w.random);
    const auto file_of = [&](std::size_t i) {
        return ShareFile{authority, {shares[i].index, shares[i].value.duplicate()}};
    };
    Json::Array files;
    Json::Array digests;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        files.emplace_back(std::string{file_of(i).encode().expose_secret()});
        digests.emplace_back(model::to_hex(share_digest(shares[i])));
    }
    const std::string text{file_of(0).encode().expose_secret()};
    const PrintedShare printed{*model::PartyCode::parse("SEN"), file_of(2)};
    const std::string sheet{printed.encode().expose_secret()};
    auto bad = damaged(text);
    bad.push_back({"index 0", replaced(text, "# index: 1", "# index: 0")});
    bad.push_back({"index 256", replaced(text, "# index: 1", "# index: 256")});
    bad.push_back({"a byte less", text.substr(0, text.size() - 3) + "\n"});
    const std::vector<Bad> bad_sheets{{"no title", sheet.substr(sheet.find('\n') + 1)},
                                      {"twice", sheet + sheet},
                                      {"a code without its checksum", replaced(sheet, "code-1: ", "code-1: 0")},
                                      {"half of it", sheet.substr(0, sheet.find("code-2"))}};
    const auto framed = "A part of a recovery key\r\n\r\n    " + replaced(sheet, "\n", "\r\n  ") + "end\n";
    return json_text({{"threshold", Json{std::uint64_t{2}}},
                      {"recipient", Json{identity.recipient().text()}},
                      {"shares", Json{std::move(files)}},
                      {"share_sha256", Json{std::move(digests)}},
                      {"share_bad", Json{bad_texts(bad)}},
                      {"printed", Json{sheet}},
                      {"printed_framed", Json{framed}},
                      {"printed_bad", Json{bad_texts(bad_sheets)}}});
}

std::string sealed_bodies() {
    World w{8};
    const auto who = w.found("SEN");
    SealedBody body{};
    body.files.push_back(
        {w.id<model::AttachmentId>(), "relevé.pdf", "application/pdf", 1000, w.digest(), w.random.bytes<32>()});
    body.title = "Relevés de compte";
    body.message = "Two lines,\none « é » and 世界.";
    body.caveats = model::Caveats{{"93-8-b"}, {"H1"}, "B2", "Not as evidence."};
    Entry entry{1, w.id<model::StatementId>(), w.digest(), {}, std::nullopt, std::nullopt};
    entry.attachments.push_back({body.files[0].id, 1200, w.digest(), body.files[0].commit()});
    auto draft = w.draft(*who, w.id<model::ChainId>(), entry);
    draft.nonce = w.id<model::Nonce>();
    const auto statement = *sign(draft, who->key);
    body.chain = draft.chain;
    body.author = draft.author;
    body.nonce = draft.nonce;
    const auto bytes = *body.encode();
    const std::string text{as_text(bytes)};
    const auto json_end = text.find_last_not_of(' ') + 1;
    auto longer_message = body;
    longer_message.message = std::string(10'000, 'm');
    auto kept = body;
    kept.draft = SealedBody::Draft{{{*model::PartyCode::parse("MLI"), std::nullopt},
                                    {*model::PartyCode::parse("FRA"), w.id<model::AuthorityId>()}},
                                   true,
                                   {model::Onward::source_consent, 1'800'000'000, std::nullopt},
                                   model::Caveats{{"93-8-b"}, {"H1"}, std::nullopt, "Pour le Procureur seul."},
                                   {model::AttachmentId{ByteArray<16>{1}}, model::AttachmentId{ByteArray<16>{2}}}};
    const std::string draft_text{as_text(*kept.encode())};
    auto work = body;
    work.caveats.reset();
    work.library = model::LibraryVersion{model::WorkKind::best_practice,
                                         "Freezing orders: what works",
                                         "Décisions de gel : ce qui réussit",
                                         "2.0",
                                         "2026-11-20",
                                         {"fr"},
                                         w.id<model::StatementId>(),
                                         std::nullopt,
                                         "Vingt exemples, anonymisés."};
    const std::string work_text{as_text(*work.encode())};
    auto told = body;
    told.report_row = model::ReportRow{"SEN",
                                       "X-OTP",
                                       "2025-09-16",
                                       "2026-09-15",
                                       "2026-10-01",
                                       5,
                                       {{"executed", {}}, {"on_platform", 12}, {"requests", 12}},
                                       {{"requests", {}}}};
    const std::string row_text{as_text(*told.encode())};
    auto answered = body;
    answered.row_answer = {model::RowAnswer::commented, w.id<model::StatementId>()};
    const std::string answer_text{as_text(*answered.encode())};
    const auto named = ",\"row\":\"" + model::to_hex(answered.row_answer->row) + "\"";
    auto of_no_row = replaced(answer_text, named, "");
    of_no_row.resize(answer_text.size(), ' ');
    auto of_all = replaced(row_text, "\"count\":12", "\"count\":1000000001");
    of_all.resize(row_text.size());
    // As long as before: the padding gives way to what is put in.
    const auto row_begins = row_text.find("\"report_row\"");
    const auto row_json = row_text.substr(row_begins, row_text.find("\"title\"") - row_begins);
    auto both = replaced(answer_text, "\"row_answer\"", row_json + "\"row_answer\"");
    both.resize(answer_text.size());
    auto translated = body;
    translated.caveats.reset();
    translated.language_version =
        model::LanguageVersion{w.id<model::StatementId>(),   "fr", "Section des services linguistiques", std::nullopt,
                               model::VersionState::revised, true};
    const std::string version_text{as_text(*translated.encode())};
    SealedBody awaited{};
    awaited.chain = draft.chain;
    awaited.author = draft.author;
    awaited.nonce = draft.nonce;
    awaited.language_version = model::LanguageVersion{w.id<model::StatementId>(), "fr", std::nullopt, "2026-12-05",
                                                      model::VersionState::asked, false};
    const std::string awaited_text{as_text(*awaited.encode())};
    auto asking = body;
    asking.caveats.reset();
    asking.enquiry =
        model::Enquiry{{model::EnquiryKind::bank_records, model::EnquiryKind::company_register}, "2026-12-31"};
    asking.request = model::RequestContent{};
    asking.request->entities.push_back({"e1", "Société du Fleuve", {}, "SEN", "RCCM 1", {}, {}, {}});
    const std::string enquiry_text{as_text(*asking.encode())};
    auto replied = body;
    replied.caveats.reset();
    replied.language = "fr";
    replied.enquiry_answer = model::EnquiryAnswer{model::EnquiryReply::ask_formally};
    const std::string reply_text{as_text(*replied.encode())};
    auto follows = body;
    follows.request = model::RequestContent{};
    follows.request->enquiry = model::FollowedEnquiry{w.id<model::ChainId>(), w.id<model::StatementId>()};
    const std::string follows_text{as_text(*follows.encode())};
    // Padding takes up what is shorter, so that nothing but the word is wrong.
    const auto spoilt = [](const std::string& good, const std::string& from, const std::string& to) {
        auto out = replaced(good, from, to);
        if (out.size() < good.size()) out.append(good.size() - out.size(), ' ');
        while (out.size() > good.size() && out.back() == ' ') out.pop_back();
        return out;
    };
    auto moved = body;
    moved.nonce = w.id<model::Nonce>();
    auto renamed = body;
    renamed.files[0].name = "other.pdf";
    auto last = text;
    last.back() = '\n';
    return json_text(
        {{"statement", Json{statement.encode()}},
         {"good", base64(bytes)},
         {"commit", Json{model::to_hex(body.files[0].commit())}},
         {"long", base64(*longer_message.encode())},
         {"draft", base64(as_bytes(draft_text))},
         {"library", base64(as_bytes(work_text))},
         {"report_row", base64(as_bytes(row_text))},
         {"row_answer", base64(as_bytes(answer_text))},
         {"version", base64(as_bytes(version_text))},
         {"version_asked", base64(as_bytes(awaited_text))},
         {"enquiry", base64(as_bytes(enquiry_text))},
         {"enquiry_answer", base64(as_bytes(reply_text))},
         {"follows_enquiry", base64(as_bytes(follows_text))},
         {"bad",
          Json{bad_texts(
              {{"nothing", ""},
               {"not padded", text.substr(0, json_end)},
               {"one space too many", text + " "},
               {"one space too few", text.substr(0, text.size() - 1)},
               {"a line feed in the padding", last},
               {"another version", replaced(text, "\"v\":1", "\"v\":2")},
               {"an unknown field", replaced(text, "\"v\":1}      ", "\"v\":1,\"z\":1}")},
               {"a draft together with nobody in so many words",
                replaced(draft_text, "\"together\":true", "\"together\":1   ")},
               {"a draft for no Party's code", replaced(draft_text, "\"MLI\"", "\"mli\"")},
               {"a draft under no rule", replaced(draft_text, "source_consent", "source_content")},
               {"a draft that keeps files in another order", replaced(draft_text, "[\"01", "[\"03")},
               {"a work of no kind", replaced(work_text, "best_practice", "fest_practice")},
               {"a work dated on no day", replaced(work_text, "2026-11-20", "2026-11-31")},
               {"a work in a language that is none", replaced(work_text, "[\"fr\"]", "[\"FR\"]")},
               {"a work whose documents say too many languages",
                replaced(work_text, "[\"fr\"],\"replaces\":\"", "[\"fr\",\"en\"],\"replaces\":\"")},
               {"a row of a body", replaced(row_text, "\"SEN\"", "\"X-S\"")},
               {"a row of nothing", replaced(row_text, "\"count\":12", "\"count\":0 ")},
               {"a row whose figures fall", replaced(row_text, "\"executed\"", "\"requests\"")},
               {"a row of a period that is none", replaced(row_text, "2026-09-15", "2025-09-15")},
               {"an answer nobody knows", replaced(answer_text, "commented", "committed")},
               {"an answer to no row", of_no_row},
               {"an answer to what is no statement",
                replaced(answer_text, named, ",\"row\":\"" + std::string(64, 'g') + "\"")},
               {"a row of more than is ever sent", of_all},
               {"a row counted before it ended", replaced(row_text, "2026-10-01", "2026-09-14")},
               {"a row and an answer to it", both},
               {"a version in a language that is none",
                spoilt(version_text, "\"language\":\"fr\"", "\"language\":\"FR\"")},
               {"a version in no state", spoilt(version_text, "revised", "rewritten")},
               {"a version of no entry", spoilt(version_text, "\"of\":\"", "\"of\":\"00")},
               {"a text that is still due",
                spoilt(version_text, "\"authentic\":true,", "\"authentic\":true,\"due\":\"2026-12-05\",")},
               {"a text that is only asked for", spoilt(version_text, "\"state\":\"revised\"", "\"state\":\"asked\"")},
               {"a version that says its own language as well",
                spoilt(version_text, "\"language_version\"", "\"language\":\"fr\",\"language_version\"")},
               {"a version that is an enquiry too",
                spoilt(version_text, "\"files\"", "\"enquiry\":{\"kinds\":[\"general\"]},\"files\"")},
               {"asked for on no day", spoilt(awaited_text, "2026-12-05", "2026-12-32")},
               {"asked for and authentic", spoilt(awaited_text, "\"due\":", "\"authentic\":true,\"due\":")},
               {"delivered without a text",
                spoilt(spoilt(awaited_text, "\"asked\"", "\"delivered\""), "\"due\":\"2026-12-05\",", "")},
               {"asked for under a title", spoilt(awaited_text, "\"v\":1", "\"title\":\"T\",\"v\":1")},
               {"an entry in a language that is none",
                spoilt(reply_text, "\"language\":\"fr\"", "\"language\":\"f1\"")},
               {"an enquiry about nothing", spoilt(enquiry_text, "[\"bank_records\",\"company_register\"]", "[]")},
               {"an enquiry in another order", spoilt(enquiry_text, "[\"bank_records\",\"company_register\"]",
                                                      "[\"company_register\",\"bank_records\"]")},
               {"an enquiry of no kind", spoilt(enquiry_text, "bank_records", "bank_recordz")},
               {"an enquiry to be answered on no day", spoilt(enquiry_text, "2026-12-31", "2026-11-31")},
               {"an enquiry that asks as a request does",
                spoilt(enquiry_text, "\"request\":{", "\"request\":{\"blocks\":{\"facts\":\"f\"},")},
               {"an enquiry that answers itself",
                spoilt(reply_text, "\"enquiry_answer\"", "\"enquiry\":{\"kinds\":[\"general\"]},\"enquiry_answer\"")},
               {"no such answer", spoilt(reply_text, "ask_formally", "ask_informally")},
               {"a request that follows no dossier", spoilt(follows_text, "\"dossier\":\"", "\"dossier\":\"00")},
               {"a path for a name", replaced(text, "relev\xC3\xA9.pdf", "../elev.pdf")}})}},
         {"mismatched", Json{bad_texts({{"another nonce", std::string{as_text(*moved.encode())}},
                                        {"another name", std::string{as_text(*renamed.encode())}}})}}});
}

std::string sheets_and_states() {
    World w{9};
    FoundingSheet sheet{"2026-11-21", "https://rogatory.example:8443", w.id<model::PartyId>(), {}, w.log_policy()};
    for (const auto* which : {"FRA", "SEN", "X-OTP"}) sheet.parties.push_back({code(which), w.id<model::PartyId>()});
    const auto text = sheet.encode();
    const FoundingSheet first{"2026-11-21", "https://rogatory.example", std::nullopt, {}, w.log_policy()};
    auto bad = damaged(text);
    // What follows "policy:" is a tlog-policy, where comments and empty lines are allowed.
    std::erase_if(bad, [](const Bad& one) { return one.what == "an empty line at the end"; });
    bad.push_back({"not a date", replaced(text, "2026-11-21", "2026-02-29")});
    bad.push_back({"no TLS", replaced(text, "https://", "http://")});
    bad.push_back({"a path", replaced(text, ":8443", ":8443/")});
    bad.push_back({"upper case in the server", replaced(text, "rogatory.example:", "Rogatory.example:")});
    bad.push_back({"codes not sorted", replaced(text, "party: FRA", "party: ZZZ")});
    bad.push_back({"a code twice", replaced(text, "party: FRA", "party: SEN")});
    bad.push_back({"no policy", text.substr(0, text.find("policy:"))});
    bad.push_back({"an empty policy", text.substr(0, text.find("policy:") + 8)});
    const auto key = crypto::SigningKey::generate(w.random);
    StateFile state{"log.example/log/1", 300, w.digest(), {}};
    for (int i = 0; i < 3; ++i) {
        state.chains.emplace(w.id<model::ChainId>(), StateFile::ChainState{7, w.id<model::StatementId>()});
    }
    const auto signed_state = state.sign(key);
    return json_text(
        {{"sheet", Json{text}},
         {"sheet_first", Json{first.encode()}},
         {"sheet_bad", Json{bad_texts(bad)}},
         {"state", Json{signed_state}},
         {"state_key", Json{model::to_hex(key.verify_key())}},
         {"state_bad", Json{bad_texts({{"another size", replaced(signed_state, "\"log_size\":300", "\"log_size\":301")},
                                       {"a space after", signed_state + " "},
                                       {"nothing", ""}})}}});
}

}  // namespace

std::map<std::string, std::string> protocol_vectors() {
    std::map<std::string, std::string> files{
        {"canonical_json.json", canonical_json()}, {"statements.json", statements()},
        {"derivations.json", derivations()},       {"invitation.json", invitations()},
        {"key_files.json", key_files()},           {"recovery_shares.json", recovery_shares()},
        {"sealed_bodies.json", sealed_bodies()},   {"sheet_and_state.json", sheets_and_states()}};
    add_history_vectors(files);
    add_library_vectors(files);
    add_version_vectors(files);
    add_request_vectors(files);
    add_notice_vectors(files);
    add_casebook_vectors(files);
    return files;
}

}  // namespace rogatory::tests
