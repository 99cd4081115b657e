#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/primitives/sha512.hpp"
#include "crypto/ssh/allowed_signers.hpp"
#include "crypto/ssh/signature.hpp"
#include "platform/release/list.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::ssh;

namespace {

// By ssh-keygen 9.2, over kList.
constexpr std::string_view kList = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  a.deb\n";
constexpr std::string_view kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHo2AlsQz/z0Zv5N53RTwKXtHApHvKn07Dzl13qwDMDB";
constexpr std::string_view kRelease = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgejYCWxDP/PRm/k3ndFPApe0cCk
e8qfTsPOXXerAMwMEAAAAQcm9nYXRvcnktcmVsZWFzZQAAAAAAAAAGc2hhNTEyAAAAUwAA
AAtzc2gtZWQyNTUxOQAAAEC1BwlcGMFRjkKLC8Zod9JxZppQV4tZieqmV2O2FA8FPTQfs/
tI8hD3X3RypLWL/VOiYzwcubvhy4O75aeCPGUH
-----END SSH SIGNATURE-----
)";
constexpr std::string_view kOfGit = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgejYCWxDP/PRm/k3ndFPApe0cCk
e8qfTsPOXXerAMwMEAAAADZ2l0AAAAAAAAAAZzaGEyNTYAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQBK6EC4foqphjx5IOBDvBhnA+SHCUbSVZKFerETj7gv0TYPgf6Lufwyt5v6AS5CSAb
2lHuCZeYeqGBm0EvxFgAg=
-----END SSH SIGNATURE-----
)";
constexpr UnixSeconds kNow = 1'800'000'000;  // 2027-01-15

std::string signers(std::string_view options = "", std::string_view name = "maintainer") {
    return std::string{name} + " " + std::string{options} + (options.empty() ? "" : " ") + std::string{kKey} + "\n";
}

std::string problem(const auto& result) { return result ? std::string{} : result.error().key(); }

// A signature with anything in it, built by hand.
struct Made {
    std::string magic = "SSHSIG";
    std::uint8_t version = 1;
    std::string kind = "ssh-ed25519", signature_kind = "ssh-ed25519", purpose = "rogatory-release", reserved = {},
                hash = "sha512";
    std::string key_tail = {}, tail = {};

    static std::string string(std::string_view text) {
        std::string out(3, '\0');
        out += static_cast<char>(text.size());
        return out + std::string{text};
    }
    [[nodiscard]] std::string armoured(std::string_view message) const {
        tests::SeededRandom random{7};
        const auto key = crypto::SigningKey::generate(random);
        const auto digest = hash == "sha256" ? to_bytes(ByteView{crypto::sha256(as_bytes(message)).value()})
                                             : to_bytes(ByteView{crypto::sha512(as_bytes(message))});
        const auto text = "SSHSIG" + string(purpose) + string("") + string(hash) + string(as_text(digest));
        const auto signature = key.sign(as_bytes(text)).value();
        const auto blob = magic + std::string(3, '\0') + static_cast<char>(version) +
                          string(string(kind) + string(as_text(key.verify_key().bytes())) + key_tail) +
                          string(purpose) + string(reserved) + string(hash) +
                          string(string(signature_kind) + string(as_text(signature))) + tail;
        return "-----BEGIN SSH SIGNATURE-----\n" + encoding::base64_encode(as_bytes(blob)) +
               "\n-----END SSH SIGNATURE-----\n";
    }
    [[nodiscard]] std::string problem() const { return ::problem(FileSignature::parse(armoured("x"))); }
};

}  // namespace

TEST_CASE("SHA-512 is FIPS 180-4's", "[crypto][sha512]") {
    CHECK(encoding::hex_encode(crypto::sha512(as_bytes("abc"))) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643c"
          "e80e"
          "2a9ac94fa54ca49f");
    CHECK(encoding::hex_encode(crypto::sha512({})) ==
          "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd4741"
          "7a81"
          "a538327af927da3e");
}

TEST_CASE("what ssh-keygen signed verifies, and nothing beside it", "[ssh]") {
    const auto signature = FileSignature::parse(kRelease).value();
    CHECK(signature.purpose() == "rogatory-release");
    CHECK(signature.covers(as_bytes(kList)));
    CHECK_FALSE(signature.covers(as_bytes(kList.substr(0, kList.size() - 1))));
    CHECK_FALSE(signature.covers({}));
    const auto of_git = FileSignature::parse(kOfGit).value();
    CHECK(of_git.purpose() == "git");
    CHECK(of_git.covers(as_bytes(kList)));
    // Every bit of it counts: none can be turned without its being refused.
    std::size_t tried = 0;
    for (std::size_t at = 30; at < kRelease.size() - 29; ++at) {
        if (kRelease[at] == '\n') continue;
        auto text = std::string{kRelease};
        text[at] = text[at] == 'A' ? 'B' : 'A';
        const auto altered = FileSignature::parse(text);
        CHECK_FALSE((altered && altered->covers(as_bytes(kList)) && altered->purpose() == signature.purpose()));
        ++tried;
    }
    CHECK(tried > 240);
}

TEST_CASE("a signature that is put together otherwise is refused", "[ssh]") {
    const auto good = FileSignature::parse(Made{}.armoured("x"));
    CHECK((good && good->covers(as_bytes("x")) && !good->covers(as_bytes("y"))));
    CHECK(FileSignature::parse(Made{.hash = "sha256"}.armoured("x")).value().covers(as_bytes("x")));
    CHECK(Made{.magic = "SSHSIH"}.problem() == "ssh.signature_malformed");
    CHECK(Made{.version = 2}.problem() == "ssh.signature_version");
    CHECK(Made{.kind = "ssh-rsa"}.problem() == "ssh.signature_kind");
    CHECK(Made{.kind = "ssh-ed25519-cert-v01@openssh.com"}.problem() == "ssh.signature_kind");
    CHECK(Made{.kind = "sk-ssh-ed25519@openssh.com"}.problem() == "ssh.signature_kind");
    CHECK(Made{.signature_kind = "ssh-rsa"}.problem() == "ssh.signature_malformed");
    CHECK(Made{.purpose = ""}.problem() == "ssh.signature_malformed");
    CHECK(Made{.reserved = "x"}.problem() == "ssh.signature_malformed");
    CHECK(Made{.hash = "md5"}.problem() == "ssh.signature_malformed");
    CHECK(Made{.key_tail = "x"}.problem() == "ssh.signature_malformed");
    CHECK(Made{.tail = "x"}.problem() == "ssh.signature_malformed");
    const auto text = std::string{kRelease};
    for (const auto& changed : {std::string{}, text + "\n", " " + text, text.substr(1), text.substr(0, text.size() - 1),
                                text.substr(0, 30) + "\n" + text.substr(30), text + text, std::string(20'000, 'A')}) {
        CHECK(problem(FileSignature::parse(changed)) == "ssh.signature_malformed");
    }
}

TEST_CASE("who may sign is what the file of signers says", "[ssh]") {
    const auto key = FileSignature::parse(kRelease).value().key();
    const auto name = [&](std::string_view text, UnixSeconds at = kNow) -> std::string {
        const auto allowed = AllowedSigners::parse(text);
        if (!allowed) return allowed.error().key();
        const auto found = allowed->name_of(key, "rogatory-release", at);
        return found ? *found : found.error().key();
    };
    CHECK(name(signers()) == "maintainer");
    CHECK(name("# a remark\r\n\r\n  " + signers(R"(namespaces="rogatory-release")", "a,b")) == "a");
    CHECK(name(signers(R"(NAMESPACES="git,rogatory-*")")) == "maintainer");
    CHECK(name(signers(R"(namespaces="git")")) == "ssh.signer_other_purpose");
    CHECK(name(signers(R"(namespaces="rogatory-*,!*release")")) == "ssh.signer_other_purpose");
    CHECK(name(signers(R"(namespaces="git")") + signers("", "deputy")) == "deputy");
    CHECK(name(signers("cert-authority")) == "ssh.signers_none");
    CHECK(name(signers("cert-authority") +
               "x ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n") ==
          "ssh.signer_unknown");
    CHECK(name("x ssh-rsa AAAA\nx ecdsa-sha2-nistp256 AAAA\n") == "ssh.signers_none");
    CHECK(name("") == "ssh.signers_none");
    const auto within = signers(R"(valid-after="20270101Z",valid-before="20270131120000Z")");
    CHECK(name(within) == "maintainer");
    CHECK(name(within, 1798761600) == "maintainer");  // 2027-01-01T00:00:00Z
    CHECK(name(within, 1798761599) == "ssh.signer_not_now");
    CHECK(name(within, 1801396801) == "ssh.signer_not_now");
    CHECK(name(signers(R"(valid-before="20270101")")) == "ssh.signers_zone");
    for (const auto* options :
         {R"(valid-before="20270231Z")", R"(valid-before="tomorrow")", R"(valid-before=20270101Z)", "unknown",
          R"(unknown="x")", R"(namespaces="a",namespaces="b")", R"(namespaces="")", R"(namespaces="a)",
          "cert-authority,cert-authority", ","}) {
        CHECK(name(signers() + signers(options)) == "ssh.signers_malformed");
    }
    CHECK(name("maintainer\n") == "ssh.signers_malformed");
    CHECK(name("maintainer ssh-ed25519\n") == "ssh.signers_malformed");
    CHECK(name("maintainer ssh-ed25519 AAAA\n") == "ssh.signers_malformed");
    CHECK(name(signers("", "!maintainer")) == "ssh.signers_malformed");
    CHECK(name(signers("", "main\x1b[2Jtainer")) == "ssh.signers_malformed");
}

TEST_CASE("patterns are OpenSSH's", "[ssh]") {
    CHECK(fits_patterns("git", "git"));
    CHECK(fits_patterns("git", "a,g?t"));
    CHECK(fits_patterns("abcabd", "a*b?"));
    CHECK_FALSE(fits_patterns("git", "gi"));
    CHECK_FALSE(fits_patterns("git", "GIT"));
    CHECK_FALSE(fits_patterns("git", "!other"));
    CHECK_FALSE(fits_patterns("git", "*,!git"));
    CHECK_FALSE(fits_patterns("git", ""));
}

TEST_CASE("a list of a release is signed as one, by one who may, and names files of its folder", "[release]") {
    using namespace rogatory::release;
    CHECK(signer_of_list(kList, kRelease, signers(), kNow).value() == "maintainer");
    CHECK(problem(signer_of_list(std::string{kList} + "x", kRelease, signers(), kNow)) == "release.signature_bad");
    CHECK(problem(signer_of_list(kList, kOfGit, signers(), kNow)) == "release.signature_other_use");
    CHECK(problem(signer_of_list(kList, Made{}.armoured(kList), signers(), kNow)) == "ssh.signer_unknown");

    const auto line = [](std::string_view name) { return std::string(64, '0') + "  " + std::string{name} + "\n"; };
    const auto listed = parse_list(std::string{kList} + line("b_0.1~1+x.cdx.json")).value();
    REQUIRE(listed.size() == 2);
    CHECK(listed[1].name == "b_0.1~1+x.cdx.json");
    const auto versions = [&line](const std::vector<std::string_view>& names) {
        std::string text;
        for (const auto name : names) text += line(name);
        return versions_of(parse_list(text).value());
    };
    CHECK(versions({"b_0.1~1+x.cdx.json", "a_0.1~1+x_amd64.deb", "b_0.1~1+x.html", "c_0.1~1+x.tar.gz", "plain.exe"}) ==
          std::vector<std::string>{"0.1~1+x"});
    CHECK(versions({"b_2.0.manifest.json", "a_1.9_amd64.deb"}) == std::vector<std::string>{"1.9", "2.0"});
    CHECK(versions({"plain.exe", "a_"}).empty());
    for (const auto& text : {std::string{},
                             std::string{"\n"},
                             line(""),
                             line("../x"),
                             line("a/b"),
                             line("a\\b"),
                             line("c:x"),
                             line(".x"),
                             line("-x"),
                             line("a b"),
                             line("é"),
                             line("SHA256SUMS"),
                             line("SHA256SUMS.sig"),
                             line("a") + line("a"),
                             std::string(64, 'A') + "  a\n",
                             std::string(64, '0') + " *a\n",
                             line("a") + "\n",
                             std::string(64, '0') + "  a",
                             std::string(63, '0') + "  a\n",
                             line(std::string(256, 'a'))}) {
        CHECK(problem(parse_list(text)) == "release.list_malformed");
    }
    const std::vector<Present> all{
        {"a.deb", true}, {"SHA256SUMS", true}, {"b_0.1~1+x.cdx.json", true}, {"SHA256SUMS.sig", true}};
    CHECK(compare_names(listed, all));
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto fewer = all;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(problem(compare_names(listed, fewer)) == "release.missing");
        auto linked = all;
        linked[i].plain_file = false;
        CHECK(problem(compare_names(listed, linked)) == "release.not_plain");
    }
    auto more = all;
    more.push_back({"A.deb", true});
    CHECK(problem(compare_names(listed, more)) == "release.not_listed");
}
