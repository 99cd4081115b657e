#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/hybrid.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "platform/agent/custody.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/fingerprint.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/custody_forger.hpp"
#include "tests/support/places.hpp"

// Custody bundles of a real dossier: what they prove, what they keep to themselves, and every way of lying with one.
namespace rogatory::test {
namespace {

constexpr std::string_view kFirst = "le premier rapport, que l'on montre au tribunal";
constexpr std::string_view kSecond = "le second rapport, que personne d'autre ne doit lire";

// Senegal sent two files and then another, the Prosecutor's office opened them; three cosigners, two needed. Made once:
// signing in takes its time.
struct Evidence {
    Evidence() {
        auto& cast = scene.cast;
        auto order = scene.order(std::string{kFirst});
        order.files.push_back({cast.write("secret.pdf", std::string{kSecond}), -1, "secret.pdf", "application/pdf"});
        order.message = "Voir la page 3.";
        order.policy.caveats = {"93-8-b"};
        auto sender = cast.person("sen.1").working();
        chain = must(agent::send(sender, order)).front().chain;
        agent::AddOrder more;
        more.chain = chain;
        more.files = {{cast.write("annexe.txt", "une annexe"), -1, "annexe.txt", "text/plain"}};
        must(agent::add_entry(sender, more, {}));
        other = scene.sent("une autre affaire").chain;
        auto reader = cast.person("x-otp.2").working();
        must(agent::get(reader, {chain, std::nullopt, cast.folder / "read", false}));
        must(agent::get(reader, {other, std::nullopt, cast.folder / "read-other", false}));
        key.emplace(reader.state().signing_key());
        for (const auto* code : {"SEN", "X-OTP"}) {
            const auto& name = code == std::string{"SEN"} ? "sen.1" : "x-otp.1";
            fingerprints[code] = record::fingerprint_digits(cast.person(name).working().state().own().party());
        }
        full = make({}, "full");
        agent::BundleOrder one;
        one.selective = true;
        one.files = {"rapport.pdf"};
        selective = make(one, "selective");
        one.history = true;
        with_history = make(one, "history");
        agent::BundleOrder keys;
        keys.keys = true;
        keys.log = true;
        with_keys = make(keys, "keys");
        agent::BundleOrder elsewhere;
        elsewhere.chain = other;
        other_full = make(elsewhere, "other");
    }

    std::string make(agent::BundleOrder order, const std::string& name) {
        if (order.chain == agent::Hash{}) order.chain = chain;
        order.out = scene.cast.folder / (name + ".tar");
        auto maker = scene.cast.person("x-otp.2").working();
        const auto made = must(agent::make_bundle(maker, order));
        return scene.cast.read(made.path);
    }
    custody::Trust trust() const {
        custody::Trust given;
        for (const auto& [code, digits] : fingerprints) {
            given.parties.push_back(must(custody::Trust::parse(code + "=" + digits)));
        }
        return given;
    }

    Scene scene{3, 2};
    agent::Hash chain{};
    agent::Hash other{};
    std::optional<crypto::SigningKey> key;
    std::map<std::string, std::string> fingerprints;
    std::string full, selective, with_history, with_keys, other_full;
};

Evidence& evidence() {
    static Evidence made;
    return made;
}

std::string verdict_of(const custody::Findings& findings, const std::string& key) {
    for (const auto& check : findings.checks) {
        if (check.key != key) continue;
        return check.verdict == custody::Verdict::passed   ? "passed"
               : check.verdict == custody::Verdict::failed ? "failed"
                                                           : "unproven";
    }
    return "absent";
}

template <class Id>
Id spoilt(const Id& id) {
    auto bytes = id.value();
    bytes[0] ^= 1;
    return Id{bytes};
}

std::string dossier_member(const Forger& forger, std::uint64_t seq, bool proof) {
    const auto& chain = forger.manifest.dossier;
    return proof ? custody::proof_name(chain, seq) : custody::statement_name(chain, seq);
}

}  // namespace

TEST_CASE("a full bundle tells who gave what to whom, when, under which caveat") {
    auto& e = evidence();
    const auto found = verified(e.full, e.trust());
    REQUIRE_FALSE(found.failure);
    CHECK(found.form == custody::Form::full);
    CHECK(found.history);
    CHECK(found.witnessed);
    CHECK(found.quorum == 2);
    CHECK(found.cosigners.size() == 3);
    REQUIRE(found.quorum_time);
    CHECK(found.maker.authority.code == "X-OTP");
    CHECK(found.maker.name == "x-otp.2");
    REQUIRE(found.opener);
    CHECK(found.opener->code == "SEN");
    CHECK(found.participants.size() == 2);
    REQUIRE(found.entries.size() == 2);
    const auto& entry = found.entries.front();
    CHECK(entry.author.authority.code == "SEN");
    CHECK(entry.author.authority.authority == "CENTIF");
    CHECK(entry.effective);
    REQUIRE(entry.caveats);
    CHECK(entry.caveats->articles.contains("93-8-b"));
    CHECK_FALSE(entry.caveats_proven);
    REQUIRE(entry.policy);
    CHECK(entry.policy->onward == model::Onward::source_consent);
    REQUIRE(entry.attachments.size() == 2);
    REQUIRE(entry.attachments.front().file);
    CHECK(entry.attachments.front().file->name == "rapport.pdf");
    CHECK(entry.attachments.front().evidence == custody::AttachmentFound::Evidence::ciphertext);
    REQUIRE(entry.when.cosigned_at);
    CHECK(*entry.when.cosigned_at >= entry.when.at);
    CHECK_FALSE(entry.title);  // no key, no title
    CHECK(std::count_if(found.receipts.begin(), found.receipts.end(), [](const auto& one) {
              return one.kind == "opened_receipt" && one.who.authority.code == "X-OTP";
          }) == 2);
    CHECK(verdict_of(found, "parties") == "passed");
    CHECK(verdict_of(found, "restrictions") == "unproven");
    CHECK(verdict_of(found, "completeness") == "unproven");
    CHECK(e.full.find("AGE-SECRET-KEY") == std::string::npos);
}

TEST_CASE("a bundle with keys and log opens itself and proves that nothing is missing") {
    auto& e = evidence();
    const auto found = verified(e.with_keys, e.trust());
    REQUIRE_FALSE(found.failure);
    CHECK(found.keys);
    CHECK(found.complete_log);
    CHECK(verdict_of(found, "completeness") == "passed");
    CHECK(verdict_of(found, "restrictions") == "passed");
    REQUIRE(found.entries.size() == 2);
    CHECK(found.entries.front().title == "Comptes");
    CHECK(found.entries.front().caveats_proven);
    CHECK(found.entries.front().attachments.front().evidence == custody::AttachmentFound::Evidence::opened);
}

TEST_CASE("without fingerprints nobody's identity is taken for granted; a wrong one stops everything") {
    auto& e = evidence();
    const auto found = verified(e.full);
    REQUIRE_FALSE(found.failure);
    CHECK(verdict_of(found, "parties") == "unproven");
    REQUIRE(found.parties.size() == 2);
    for (const auto& party : found.parties) {
        CHECK(party.basis == custody::Basis::not_compared);
        CHECK(party.digits == e.fingerprints.at(party.code));
    }
    // One that was given vouches for whom it has pinned.
    custody::Trust one;
    one.parties.push_back(must(custody::Trust::parse("X-OTP=" + e.fingerprints.at("X-OTP"))));
    const auto derived = verified(e.full, one);
    REQUIRE_FALSE(derived.failure);
    CHECK(verdict_of(derived, "parties") == "passed");
    CHECK(derived.parties.front().basis == custody::Basis::pinned);
    CHECK(derived.parties.front().by == "X-OTP");

    custody::Trust wrong;
    wrong.parties.push_back(must(custody::Trust::parse("SEN=" + e.fingerprints.at("X-OTP"))));
    CHECK(flaw_of(e.full, wrong) == "custody.fingerprint");
    CHECK(verified(e.full, wrong).entries.empty());
    for (const auto* text : {"SEN", "SEN=", "SEN=123", "sen=00000 00000 00000 00000 00000 00000 00000 00000"}) {
        CHECK(key_of(custody::Trust::parse(text)) == "custody.trust");
    }
}

TEST_CASE("a selective bundle proves one file and opens nothing else") {
    auto& e = evidence();
    const auto found = verified(e.selective, e.trust());
    REQUIRE_FALSE(found.failure);
    CHECK(found.form == custody::Form::selective);
    CHECK_FALSE(found.history);
    CHECK(verdict_of(found, "statements") == "unproven");
    REQUIRE(found.entries.size() == 1);
    const auto& entry = found.entries.front();
    CHECK(entry.author.authority.code == "SEN");
    REQUIRE(entry.attachments.size() == 2);
    CHECK(entry.attachments[0].file.has_value() != entry.attachments[1].file.has_value());
    CHECK(found.left_out == found.dossier_length - 1);
    CHECK(found.acts.empty());

    // The file is in it, whole, and comes out as it went in.
    const custody::MemorySource source{as_bytes(e.selective)};
    std::string plain;
    for (const auto& attachment : entry.attachments) {
        if (!attachment.file) continue;
        must(custody::extract_file(source, *attachment.file, [&](ByteView piece) -> Result<> {
            plain += as_text(piece);
            return {};
        }));
    }
    CHECK(plain == kFirst);

    // Everything that could open or tell more is not in it: keys, ciphertext, other files, their names and salts, the
    // message, the title.
    std::vector<std::string> secrets = {"AGE-SECRET-KEY", "age-encryption.org", std::string{kSecond}, "une annexe",
                                        "secret.pdf",     "annexe.txt",         "Voir la page 3",     "Comptes"};
    for (const auto& [name, bytes] : Forger{e.with_keys}.members) {
        if (!name.starts_with("custody/keys/")) continue;
        secrets.push_back(bytes.substr(0, bytes.size() - 1));
    }
    for (const auto& told : Forger{e.full}.manifest.files) {
        if (told.file.name == "rapport.pdf") continue;
        secrets.push_back(encoding::hex_encode(told.file.salt));
        secrets.emplace_back(as_text(told.file.salt));
        secrets.push_back(model::to_hex(told.file.sha256));
    }
    for (const auto& bundle : {e.selective, e.with_history}) {
        for (const auto& secret : secrets) {
            CAPTURE(secret);
            CHECK(bundle.find(secret) == std::string::npos);
        }
        for (const auto& [name, bytes] : Forger{bundle}.members) CHECK_FALSE(name.ends_with(".age"));
    }
    // Nor does it show the statements that name who else may read.
    Forger masked{e.selective};
    CHECK_THROWS(masked[dossier_member(masked, 0, false)]);
    CHECK_NOTHROW(masked[dossier_member(masked, 0, true)]);
}

TEST_CASE("a changed byte anywhere is found") {
    auto& e = evidence();
    for (const auto& whole : {e.selective, e.with_keys}) {
        // Every part of it, the same places in every run; the archive is a few hundred kilobytes.
        for (std::size_t at = 0; at < whole.size(); at += whole.size() / 97) {
            auto changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ 0x01);
            CAPTURE(at);
            CHECK_FALSE(flaw_of(changed).empty());
        }
        for (const auto length : {std::size_t{0}, std::size_t{1}, std::size_t{511}, std::size_t{512}, whole.size() / 2,
                                  whole.size() - 1024, whole.size() - 512, whole.size() - 1}) {
            CAPTURE(length);
            CHECK(flaw_of(whole.substr(0, length)) == "custody.malformed");
        }
        CHECK(flaw_of(whole + '\0') == "custody.malformed");
        CHECK(flaw_of(whole + std::string(512, '\0')) == "custody.malformed");
        CHECK(flaw_of(whole + whole) == "custody.malformed");
    }
}

TEST_CASE("a maker who lies and signs it is found out by the evidence") {
    auto& e = evidence();
    const auto forged = [&](const std::string& bundle, const auto& change) {
        Forger forger{bundle};
        change(forger);
        return flaw_of(forger.signed_by(*e.key));
    };
    const auto flip = [](std::string& bytes, std::size_t at) { bytes[at] = static_cast<char>(bytes[at] ^ 0x04); };
    // As it was it passes, so that what follows is about the change.
    CHECK(forged(e.with_keys, [](Forger&) {}).empty());
    CHECK(forged(e.selective, [](Forger&) {}).empty());

    SECTION("somebody else signs, or nobody") {
        auto random = crypto::SigningKey::generate(crypto::system_random());
        CHECK(flaw_of(Forger{e.full}.signed_by(random)) == "custody.maker");
        Forger forger{e.full};
        forger.manifest.author.member = spoilt(forger.manifest.author.member);
        CHECK(flaw_of(forger.signed_by(*e.key)) == "custody.maker");
    }
    SECTION("statements") {
        // A letter of the payload, still good base64 and JSON or not: the signature, the id and the log disagree.
        CHECK_FALSE(forged(e.full, [&](Forger& f) { flip(f[dossier_member(f, 1, false)], 60); }).empty());
        // Two statements in each other's place.
        CHECK(forged(e.full, [](Forger& f) {
                  std::swap(f[dossier_member(f, 0, false)], f[dossier_member(f, 1, false)]);
              }) == "custody.statement");
        // One taken out, the rest moved up.
        CHECK(forged(e.full, [](Forger& f) {
                  f[dossier_member(f, 1, false)] = f[dossier_member(f, 2, false)];
                  f[dossier_member(f, 1, true)] = f[dossier_member(f, 2, true)];
                  f.drop(dossier_member(f, 2, false));
                  f.drop(dossier_member(f, 2, true));
                  --f.chain(custody::ChainUse::dossier).length;
              }) == "custody.statement");
        CHECK(forged(e.full, [](Forger& f) { f.drop(dossier_member(f, 1, false)); }) == "custody.missing");
        // Left out under another id than stands in the log.
        CHECK(forged(e.selective, [](Forger& f) {
                  f.chain(custody::ChainUse::dossier).left_out.front().id =
                      spoilt(f.chain(custody::ChainUse::dossier).left_out.front().id);
              }) == "custody.statement");
        CHECK(forged(e.selective, [](Forger& f) {
                  f.chain(custody::ChainUse::dossier).left_out.back().id =
                      spoilt(f.chain(custody::ChainUse::dossier).left_out.back().id);
              }) == "custody.place");
    }
    SECTION("places in the log") {
        CHECK_FALSE(forged(e.full, [&](Forger& f) { flip(f[dossier_member(f, 1, true)], 60); }).empty());
        CHECK(forged(e.full, [](Forger& f) { f[dossier_member(f, 1, true)] = f[dossier_member(f, 2, true)]; }) != "");
        CHECK(forged(e.full, [](Forger& f) {
                  auto proof = must(tlog::LogProof::parse(f[dossier_member(f, 1, true)]));
                  std::swap(proof.path.at(0), proof.path.at(1));
                  f[dossier_member(f, 1, true)] = proof.format();
              }) == "custody.place");
        // Words that nobody signs may not ride along.
        CHECK(forged(e.full, [](Forger& f) {
                  auto proof = must(tlog::LogProof::parse(f[dossier_member(f, 1, true)]));
                  proof.extra = to_bytes("a note");
                  f[dossier_member(f, 1, true)] = proof.format();
              }) == "custody.statement");
    }
    SECTION("cosigners") {
        const auto with_signatures = [&](const auto& change) {
            return forged(e.full, [&](Forger& f) {
                const auto before = f[std::string{custody::kCheckpointName}];
                auto note = must(tlog::Note::parse(before));
                change(note);
                for (auto& [name, bytes] : f.members) {
                    const auto at = bytes.find(before);
                    if (at != std::string::npos) bytes.replace(at, before.size(), note.format());
                }
            });
        };
        CHECK(with_signatures([](tlog::Note&) {}).empty());
        CHECK(with_signatures([](tlog::Note& note) { note.signatures.pop_back(); }).empty());  // two of three will do
        CHECK(with_signatures([](tlog::Note& note) { note.signatures.resize(2); }) == "custody.not_cosigned");
        CHECK(with_signatures([](tlog::Note& note) { note.signatures.back().signature[20] ^= 1; }) ==
              "log.signature_invalid");
        CHECK(with_signatures([](tlog::Note& note) { note.signatures.back().signature[3] ^= 1; }) ==
              "log.signature_invalid");  // its time
        CHECK(with_signatures([](tlog::Note& note) { note.signatures.erase(note.signatures.begin()); }) ==
              "log.unsigned");
    }
    SECTION("files") {
        CHECK(forged(e.selective, [&](Forger& f) { flip(f[f.name_like("custody/files/", "")], 3); }) == "custody.file");
        CHECK(forged(e.selective, [](Forger& f) { f.manifest.files.front().file.salt[0] ^= 1; }) == "custody.file");
        CHECK(forged(e.selective, [](Forger& f) { f.manifest.files.front().file.name = "autre.pdf"; }) ==
              "custody.file");
        CHECK(forged(e.selective, [](Forger& f) { f.manifest.files.front().file.type = "text/html"; }) ==
              "custody.file");
        CHECK(forged(e.selective, [](Forger& f) { f.drop(f.name_like("custody/files/", "")); }) == "custody.missing");
        // Another file under its own true digest.
        CHECK(forged(e.selective, [](Forger& f) {
                  auto& bytes = f[f.name_like("custody/files/", "")];
                  bytes = "falsified";
                  auto& file = f.manifest.files.front().file;
                  file.size = bytes.size();
                  file.sha256 = crypto::sha256(as_bytes(bytes));
              }) == "custody.file");
        CHECK(forged(e.full, [&](Forger& f) { flip(f[f.name_like("custody/attachments/", "")], 300); }) ==
              "custody.ciphertext");
        CHECK(forged(e.full, [&](Forger& f) { flip(f[f.name_like("custody/sealed/", "")], 300); }) != "");
        CHECK(forged(e.with_keys, [&](Forger& f) {
                  f[f.name_like("custody/keys/", "")] =
                      std::string{age::HybridIdentity::generate(crypto::system_random()).encode().expose_secret()} +
                      "\n";
              }) == "custody.key");
        CHECK(forged(e.with_keys, [&](Forger& f) { f[f.name_like("custody/keys/", "")] += "# a comment\n"; }) ==
              "custody.key");
    }
    SECTION("what does not belong there") {
        CHECK(forged(e.full, [](Forger& f) { f.add("custody/opinion.txt", "believe me"); }) == "custody.stray");
        CHECK(forged(e.selective, [](Forger& f) { f.add("custody/files/00", "x"); }) == "custody.stray");
        CHECK(forged(e.full, [](Forger& f) { f.add("custody/files/00", "x"); }) == "custody.form");
        // Keys, or ciphertext that keys would open, never go with a selective one.
        CHECK(forged(e.with_history, [&](Forger& f) {
                  Forger keys{e.with_keys};
                  const auto name = keys.name_like("custody/keys/", "");
                  f.add(name, keys[name]);
              }) == "custody.form");
        CHECK(forged(e.with_history, [&](Forger& f) {
                  Forger other{e.full};
                  const auto name = other.name_like("custody/attachments/", "");
                  f.add(name, other[name]);
              }) == "custody.form");
        // Caveats of an entry that is none.
        CHECK(forged(e.full, [](Forger& f) {
                  f.manifest.caveats.front().entry = spoilt(f.manifest.caveats.front().entry);
              }) == "custody.malformed");
    }
    SECTION("receipts of another dossier") {
        CHECK(forged(e.full, [&](Forger& f) {
                  Forger other{e.other_full};
                  auto line = other.chain(custody::ChainUse::receipts);
                  f.manifest.chains.push_back(line);
                  std::sort(f.manifest.chains.begin(), f.manifest.chains.end(),
                            [](const auto& a, const auto& b) { return a.chain < b.chain; });
                  for (std::uint64_t seq = 0; seq < line.length; ++seq) {
                      for (const auto& name :
                           {custody::statement_name(line.chain, seq), custody::proof_name(line.chain, seq)}) {
                          f.add(name, other[name]);
                      }
                  }
              }) != "");
    }
    SECTION("registers") {
        // Cut to a time before the author belonged to it; the log's entries cannot all be there then.
        CHECK(forged(e.full, [&](Forger& f) {
                  auto& line = f.chain(custody::ChainUse::party_register);
                  while (line.length > 1) {
                      --line.length;
                      f.drop(custody::statement_name(line.chain, line.length));
                      f.drop(custody::proof_name(line.chain, line.length));
                  }
              }) != "");
        // The same by one statement: a bundle without the log cannot show it, one with the log does.
        const auto shorter = [](Forger& f) {
            auto& line = f.chain(custody::ChainUse::receipts);
            --line.length;
            f.drop(custody::statement_name(line.chain, line.length));
            f.drop(custody::proof_name(line.chain, line.length));
        };
        CHECK(forged(e.full, shorter).empty());
        CHECK(verdict_of(verified(e.full), "completeness") == "unproven");
        CHECK(forged(e.with_keys, shorter) == "custody.later_entry");
        CHECK(forged(e.with_keys, [&](Forger& f) { flip(f[std::string{custody::kEntriesName}], 70); }) ==
              "custody.log_entries");
    }
    SECTION("restrictions against what a key in the bundle opens") {
        Forger forger{e.with_keys};
        forger.manifest.caveats.front().caveats = {};
        const auto found = verified(forger.signed_by(*e.key));
        REQUIRE_FALSE(found.failure);
        CHECK(found.entries.front().caveats_proven);
        CHECK(found.entries.front().caveats->articles.contains("93-8-b"));
    }
}

TEST_CASE("an archive has one form") {
    const auto archive = [](std::string_view name, std::string_view bytes) {
        std::string out{as_text(custody::tar_header(name, bytes.size()))};
        out += bytes;
        out += std::string(custody::tar_padding(bytes.size()), '\0');
        return out;
    };
    const std::string end(custody::kTarEnd, '\0');
    const auto key = [](const std::string& whole) {
        const custody::MemorySource source{as_bytes(whole)};
        return key_of(custody::read_archive(source));
    };
    CHECK(key(archive("custody/a", "x") + end).empty());
    for (const auto* name : {"custody/../a", "../custody/a", "/etc/passwd", "custody/.a", "custody//a", "custody/a/",
                             "custody/", "custody/A", "custody/a b", "other/a", "custody/a\n", "custody/\xc3\xa9"}) {
        CAPTURE(name);
        CHECK(key(archive(name, "x") + end) == "custody.malformed");
    }
    // Sizes above eight gibibytes stand in base 256, and nothing is allocated for them.
    const auto large = custody::tar_header("custody/a", std::uint64_t{50} << 30U);
    CHECK(key(std::string{as_text(large)} + end) == "custody.malformed");
    const auto enormous = custody::tar_header("custody/a", ~std::uint64_t{0});
    CHECK(key(std::string{as_text(enormous)} + end) == "custody.malformed");
    // Links, owners, times, a name behind the end of the name.
    for (const std::size_t at :
         {std::size_t{20}, std::size_t{105}, std::size_t{110}, std::size_t{140}, std::size_t{156}, std::size_t{160},
          std::size_t{265}, std::size_t{345}, std::size_t{511}}) {
        auto header = custody::tar_header("custody/a", 1);
        header[at] = header[at] == '2' ? '1' : '2';
        // With a checksum that is right for it.
        unsigned sum = 0;
        for (std::size_t i = 0; i < header.size(); ++i) sum += i >= 148 && i < 156 ? std::uint8_t{' '} : header[i];
        for (int digit = 5; digit >= 0; --digit, sum >>= 3U) {
            header[148 + static_cast<std::size_t>(digit)] = static_cast<std::uint8_t>('0' + (sum & 7U));
        }
        CAPTURE(at);
        CHECK(key(std::string{as_text(header)} + "x" + std::string(511, '\0') + end) == "custody.malformed");
    }
    // The same name twice, or in another order, is not what a manifest lists.
    CHECK(key(archive("custody/a", "x") + archive("custody/a", "y") + end).empty());
    CHECK(flaw_of(archive("custody/a", "x") + archive("custody/a", "y") + end) == "custody.malformed");
    auto dirty = archive("custody/a", "x");
    dirty.back() = 'y';
    CHECK(key(dirty + end) == "custody.malformed");
}

TEST_CASE("a selective bundle with its history replays the dossier") {
    auto& e = evidence();
    const auto found = verified(e.with_history, e.trust());
    REQUIRE_FALSE(found.failure);
    CHECK(found.form == custody::Form::selective);
    CHECK(found.history);
    CHECK(found.entries.size() == 2);
    CHECK(found.participants.size() == 2);
    CHECK(found.left_out == 0);
}

TEST_CASE("bundles of this version stay readable") {
    const std::filesystem::path folder = test::source_folder() / "tests/vectors/custody";
    custody::Trust trust;
    std::ifstream lines{folder / "fingerprints.txt"};
    for (std::string line; std::getline(lines, line);) trust.parties.push_back(must(custody::Trust::parse(line)));
    REQUIRE(trust.parties.size() == 2);
    for (const auto* name : {"full.tar", "selective.tar", "history.tar"}) {
        std::ifstream file{folder / name, std::ios::binary};
        std::ostringstream read;
        read << file.rdbuf();
        const auto bytes = read.str();
        CAPTURE(name);
        CHECK(flaw_of(bytes, trust).empty());
        CHECK(verdict_of(verified(bytes, trust), "parties") == "passed");
    }
}

// Not run by itself: writes the vectors anew, into the current folder.
TEST_CASE("custody vectors", "[.make]") {
    auto& e = evidence();
    const auto write = [](const std::string& name, const std::string& bytes) {
        std::ofstream{name, std::ios::binary} << bytes;
    };
    write("full.tar", e.full);
    write("selective.tar", e.selective);
    write("history.tar", e.with_history);
    std::string lines;
    for (const auto& [code, digits] : e.fingerprints) lines += code + "=" + digits + "\n";
    write("fingerprints.txt", lines);
}

}  // namespace rogatory::test
