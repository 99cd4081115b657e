// What vouches for a client's certificate, and what does not. The certificates are made for this; their keys are gone.
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/client_certificate.hpp"

using namespace rogatory;
using crypto::ClientAuthorities;

namespace {

constexpr std::string_view kState =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhTCCASugAwIBAgIUbiMywMcarsKfKQm4RLmIYlWn0VgwCgYIKoZIzj0EAwIw\n"
    "EDEOMAwGA1UEAwwFc3RhdGUwHhcNMjYxMTI5MjA1ODIyWhcNMzYxMTI2MjA1ODIy\n"
    "WjAQMQ4wDAYDVQQDDAVzdGF0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOVg\n"
    "Sj8GDCegrMt4mtCoBDU6qIB5/ONXxIGNPXrtH8zOQ4FShFXc1gWVUSXlALJH8RPe\n"
    "zyuDE6W8XyZIZiBc7OajYzBhMB0GA1UdDgQWBBQksgRf+tZifvPVlfh2b5owYjWw\n"
    "pDAfBgNVHSMEGDAWgBQksgRf+tZifvPVlfh2b5owYjWwpDAPBgNVHRMBAf8EBTAD\n"
    "AQH/MA4GA1UdDwEB/wQEAwICBDAKBggqhkjOPQQDAgNIADBFAiBZxS8NjKAi7q0q\n"
    "wY0t9NB2WJG4b3dZSnGO14WT5Rbq1QIhAL7D4eubB6ysWKzhr+h6SX0IZOPmwyeA\n"
    "+XIRJYhvmEj+\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kStranger =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBjDCCATGgAwIBAgIUZndn1RrxCMsOQMLBqJI3BgT43FMwCgYIKoZIzj0EAwIw\n"
    "EzERMA8GA1UEAwwIc3RyYW5nZXIwHhcNMjYxMTI5MjA1ODIyWhcNMzYxMTI2MjA1\n"
    "ODIyWjATMREwDwYDVQQDDAhzdHJhbmdlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
    "A0IABGiuGD3yV092j9nPLxmuBoUA2HZPnnSEthTQTaiaM3VKzaj5mAotMrKslD/O\n"
    "F8UZ8IWokyPXEYFQlfTPlgvaC8ejYzBhMB0GA1UdDgQWBBT5epj1WQlgkEbNTL6o\n"
    "7aoIt+1AdzAfBgNVHSMEGDAWgBT5epj1WQlgkEbNTL6o7aoIt+1AdzAPBgNVHRMB\n"
    "Af8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAKBggqhkjOPQQDAgNJADBGAiEAnRCh\n"
    "nxKHIuGXTQj6qVeETpTJuYQtbC68hYKLG7IRTsgCIQC3RvT+A4j0TPlMA/NuduTi\n"
    "sjKWCOLjB7kpD6QAyfLjLQ==\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kClient =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdDCCARugAwIBAgIBCzAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVzdGF0ZTAe\n"
    "Fw0yNjExMjkyMDU4MjJaFw0yNzExMjkyMDU4MjJaMBExDzANBgNVBAMMBmNsaWVu\n"
    "dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLhWvkjrI9YI3KXmlqvnQkg0vBJF\n"
    "ISUX9mlGb2ggP9GLOccaRXSLpKuSehx+6Vk9PSGIPoNgmJ464HZlDk+aJGujZTBj\n"
    "MAwGA1UdEwEB/wQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYEFCMj\n"
    "fvWFaAmyWIrFP25Pwx8GjxJNMB8GA1UdIwQYMBaAFCSyBF/61mJ+89WV+HZvmjBi\n"
    "NbCkMAoGCCqGSM49BAMCA0cAMEQCID5Fv3IjnI7SP4bzUJ6ZYhUXPSs161HfJV01\n"
    "ZhGo4LuaAiBRHsrxN4uS3pIbgcSNwrkMLbl8dyiwIgnrPY4cIbKZxg==\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kServer =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdDCCARugAwIBAgIBDDAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVzdGF0ZTAe\n"
    "Fw0yNjExMjkyMDU4MjJaFw0yNzExMjkyMDU4MjJaMBExDzANBgNVBAMMBnNlcnZl\n"
    "cjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMLzFgmnyBP2dsSHczG02VlpHJ4R\n"
    "3n04vFmdGwkyUOtwaKhSvZqmi57lSccPq8oEY/xIYwtllzxlwvRWgjbSJP+jZTBj\n"
    "MAwGA1UdEwEB/wQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFKgA\n"
    "9cX8QVAL+Mm3X2KEHLSZ+sxXMB8GA1UdIwQYMBaAFCSyBF/61mJ+89WV+HZvmjBi\n"
    "NbCkMAoGCCqGSM49BAMCA0cAMEQCIE8JDfTCNLzbxM64/MCc1Xb8ijuzElir7fWP\n"
    "YJLkr92lAiBSD+nyQivzlG1W6mmVfos5G3rBnNiNKC0u1DEwN4Ow/A==\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kAny =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBXTCCAQOgAwIBAgIBDTAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVzdGF0ZTAe\n"
    "Fw0yNjExMjkyMDU4MjJaFw0yNzExMjkyMDU4MjJaMA4xDDAKBgNVBAMMA2FueTBZ\n"
    "MBMGByqGSM49AgEGCCqGSM49AwEHA0IABOJJfKH41d7DD88PHH5U4fcgmufysj4B\n"
    "GgLeItqdmy5wMM+0TYKOlwQIT0ugHsYh85XAJcxJ/akVjIp97y/g1E2jUDBOMAwG\n"
    "A1UdEwEB/wQCMAAwHQYDVR0OBBYEFDHKo+ly8gGMJJEeU/aML+dE6CQsMB8GA1Ud\n"
    "IwQYMBaAFCSyBF/61mJ+89WV+HZvmjBiNbCkMAoGCCqGSM49BAMCA0gAMEUCIQDp\n"
    "YE0iXgXOW9skiXpuLl2j1BptdoUWOB87t2kq66GThgIgGnFiHrk8xO/TUmIm7JI5\n"
    "ePSGkqbGAT4zlXgtiRsFFIo=\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kIssuer =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcjCCARmgAwIBAgIBDjAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVzdGF0ZTAe\n"
    "Fw0yNjExMjkyMDU4MjJaFw0yNzExMjkyMDU4MjJaMBExDzANBgNVBAMMBmlzc3Vl\n"
    "cjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDwZ32X/jfZjmWlm4R7OBTZ3/2WW\n"
    "FMycURwMQLbkal9vNeTzUekXH3fQAdZC8Wxcea4wPdZ0tHwj7ScLihcSzT6jYzBh\n"
    "MA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBScw2qK\n"
    "OT95HRXlW3GxTb3g1oRgRjAfBgNVHSMEGDAWgBQksgRf+tZifvPVlfh2b5owYjWw\n"
    "pDAKBggqhkjOPQQDAgNHADBEAiBHPuwA9N/7ITD5ItK4cqEshJzC+Nwib1kYorEk\n"
    "1yJ4NQIgTDtmatRfzpPCB4yjYCx6xNXwNCJKTiVLYehKTVGnSac=\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view kBelow =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdTCCARugAwIBAgIBDzAKBggqhkjOPQQDAjARMQ8wDQYDVQQDDAZpc3N1ZXIw\n"
    "HhcNMjYxMTI5MjA1ODIyWhcNMjcxMTI5MjA1ODIyWjAQMQ4wDAYDVQQDDAViZWxv\n"
    "dzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNOndMkzA0/PER9/XIWCkfRqf3Bm\n"
    "575SW2Kv1w/98coAQJfL8kSnbESrpRVwuGTooTYzHzYunSmZi5RJq3XZhs2jZTBj\n"
    "MAwGA1UdEwEB/wQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYEFBrd\n"
    "UB1JcsvaDQhZ6CJhApl0pj5VMB8GA1UdIwQYMBaAFJzDaoo5P3kdFeVbcbFNveDW\n"
    "hGBGMAoGCCqGSM49BAMCA0gAMEUCIQDrkZPHj8CWz/gkYdllC64AIRLsBfsqNy8R\n"
    "L1QqxVHOZgIgO0p90YwHFEJVsRICOhQmMIOcUjBkxMLRdscFiQbZMqI=\n"
    "-----END CERTIFICATE-----\n";

// RSA of 5,120 bits, an authority of itself.
constexpr std::string_view kLarge =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIF/TCCA2WgAwIBAgIUWFPtrTDgBAIyYiDDiee4BZwalm8wDQYJKoZIhvcNAQEL\n"
    "BQAwDjEMMAoGA1UEAwwDYmlnMB4XDTI2MTEyOTIxMzc1NVoXDTM2MTEyNjIxMzc1\n"
    "NVowDjEMMAoGA1UEAwwDYmlnMIICojANBgkqhkiG9w0BAQEFAAOCAo8AMIICigKC\n"
    "AoEAtzFG2N+3yA8pM9vGHF+VGln/0zvK9/vIcUbr8nzeSjB90eaoVOCf2AfqeIvP\n"
    "TUBN90d8mcrBqT5nL6txAY4Cy1KnlhuhBkSWEBlHwj6vXd3s5Kr0nXRmz1wZobVb\n"
    "0pmhFParXTDP19HETym7PA6BNT+T3fl+ZEHGN9mDcNZzCEj5YI9AkWy2iVh3ahxp\n"
    "RS6tAFMCzPKU35jJ55c7MkEYFMDi4Wc6aJa/V2qy5GYRF2KrrWFZXN4cmAMEVIdM\n"
    "tR9NULen2XQz3dMgS/urKni56ilBTn+wmnvANH51pV4WCofN2i5Bn7WpSezWCnkv\n"
    "toMRRZeQ3M6KH2wQWjL8HHOzyZlrTkzzxd2WtNvQYn1sKLDA7XnQ5kg9yJWPRz5S\n"
    "iLb6iNcsRCO+6B4+SEcSLGhzol5CgpRJrUlU6qTcQZdpXvwunduJSj6Ma9TqmbFd\n"
    "+u3PeNJ5Sn/nR98ea/QoP4QqQ4w9mdErvBHQ//r/LEXip49BQFvtYh8HqT/AW02Z\n"
    "Z+O2xDf3aNPdkMVoOKOtCEZ1PsYZ/urNtXhz8rf1PH/suecBib4z8gUfMM0QDloY\n"
    "JXjYTSrwyAWealryhnxHbVMigvIMvqA9qzeY4zq7uMOsVDWqwsGS8q96a23E0PmZ\n"
    "nHsEbw+AL72RQvRV9b2K38/JJpT11xeEdQRL0+PlLDCCpcKZmZYJW47gV4ECHSOz\n"
    "mRqfZM1oDHANWKPuyQfVBTDn9l5aN2Hp+yZhXace6QQ7qQHKmr07nGzutT1YFhkq\n"
    "PyFni7jjDwvOYTJc3+89AHAd+XyIcWyQHknPT0AC/bCqA0R+/jTfBHlSpmKOQp+M\n"
    "oHESNh0zTERP3oPF5BrxOkY9hwIDAQABo1MwUTAdBgNVHQ4EFgQUy26cWpcSeo/T\n"
    "y4UzWUy6vCj1+P8wHwYDVR0jBBgwFoAUy26cWpcSeo/Ty4UzWUy6vCj1+P8wDwYD\n"
    "VR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAoEARWIF7segDEErlat6XPbp\n"
    "f/7d9ICrWWfbqPleci3dUnPJ7HmiXc3Jiu9PCVlfMKm9mWfoTEZmjGtsTYyMHSzV\n"
    "FOpxQm4cSULZooKGj4Vbx/i6fGyAKgUZafbeLF5jMai51qCsXSrlr7GymCtKhgaA\n"
    "NqTsRMqE+GoPp+jz3VzmOUm10D9pCBN3L7Q9rqMfCnCbQVO5+xqXxy8yUxiDQFzo\n"
    "Alo0fFxtdbA8Tyq2fz1xtss+ZbxbqbDUNod0pkzFKR/lfEx8Q56O2xMSnhTylsbI\n"
    "NeUrent03kJteQu495sMHq/qUw4ZUvEkXOerzojN/JgJ2FWc5BZgT5Imd2lpfewV\n"
    "UXKf8qT7lB4dx+hMqvnZfA4OXTey7ByHwZDUfNtrbuAF4pU17qFXuS7hIk4LR73M\n"
    "cdrja/jBKRkxOWDMqFhfSbNVNLHmS4hmFTPGdijRpWoN12K90QKrsVqxRSpV81bW\n"
    "PdlcS9Zxv9zutcKCVpnpaqV7ge7KRfrqofPY4+UjsKDQOfie5iKzjCB1ksVJ1BuY\n"
    "rfsDs2dnK3fgfGZnHtcVEwLqqmWYgTwk1EFmAN+3xIaMFgjyu7KKMC1ARlLpA8nX\n"
    "a981VGjKiHDjre07bzCeSSPjKfEgdFEgL9M5iTlTSivGzqwYfeOlKewpZR6Obr2a\n"
    "AR05aC2HFgHoh0DEJnFN8Z0TVj0p4az01HiHHVSoqCujOwCzhNXpu1lPgTbrOCQD\n"
    "rQamzROHbrWrk+SCVI6uvPC844aqrLTTOJ0d92b1nfYHJgirrsOVxO1IDXwiSOKg\n"
    "1KGVF4mncOvOZzwCXeqeenw0UtLtYPjwQ+IJljM2NbIcfrkarY2Cwt/xlhfPIj8g\n"
    "2Q==\n"
    "-----END CERTIFICATE-----\n";

constexpr UnixSeconds kFrom = 1795985902;
constexpr UnixSeconds kUntil = 1827521902;
constexpr UnixSeconds kWithin = kFrom + 3600;

Bytes der(std::string_view pem) {
    std::string body;
    std::size_t at = pem.find('\n') + 1;
    while (!pem.substr(at).starts_with('-')) {
        const auto end = pem.find('\n', at);
        body += pem.substr(at, end - at);
        at = end + 1;
    }
    return *encoding::base64_decode(body);
}

bool vouches(const ClientAuthorities& authorities, std::vector<Bytes> chain, UnixSeconds at = kWithin) {
    return authorities.vouch_for(chain, at).has_value();
}

}  // namespace

TEST_CASE("an authority vouches for its clients, while their certificates are valid", "[certificate]") {
    const auto state = ClientAuthorities::parse(kState).value();
    CHECK(vouches(state, {der(kClient)}));
    CHECK(vouches(state, {der(kClient)}, kFrom));
    CHECK(vouches(state, {der(kClient)}, kUntil - 1));
    CHECK(!vouches(state, {der(kClient)}, kFrom - 1));
    CHECK(!vouches(state, {der(kClient)}, kUntil));
    const auto window = state.vouch_for({der(kClient)}, kWithin);
    REQUIRE(window);
    CHECK(window->from == kFrom);
    CHECK(window->until == kUntil);
}

TEST_CASE("it vouches for nothing else", "[certificate]") {
    const auto state = ClientAuthorities::parse(kState).value();
    const auto stranger = ClientAuthorities::parse(kStranger).value();
    CHECK(!vouches(stranger, {der(kClient)}));
    CHECK(!vouches(stranger, {der(kClient), der(kStranger)}));
    CHECK(!vouches(state, {der(kServer)}));
    CHECK(!vouches(state, {der(kAny)}));
    CHECK(!vouches(state, {der(kState)}));
    CHECK(!vouches(state, {der(kIssuer)}));
    CHECK(!vouches(state, {}));
    CHECK(!vouches(state, {Bytes{}}));
    CHECK(!vouches(state, {to_bytes("no certificate")}));
    CHECK(!vouches(state, {der(kClient), to_bytes("no certificate")}));
    auto longer = der(kClient);
    longer.push_back(0);
    CHECK(!vouches(state, {longer}));
    for (std::size_t i = 0; i < der(kClient).size(); i += 7) {
        auto altered = der(kClient);
        altered[i] = static_cast<std::uint8_t>(altered[i] ^ 1U);
        CHECK(!vouches(state, {altered}));
    }
}

TEST_CASE("issuers below it are followed where they are shown, and can be named alone", "[certificate]") {
    const auto state = ClientAuthorities::parse(kState).value();
    CHECK(!vouches(state, {der(kBelow)}));
    CHECK(vouches(state, {der(kBelow), der(kIssuer)}));
    CHECK(vouches(state, {der(kBelow), der(kStranger), der(kIssuer)}));
    const auto issuer = ClientAuthorities::parse(kIssuer).value();
    CHECK(vouches(issuer, {der(kBelow)}));
    CHECK(!vouches(issuer, {der(kClient)}));
    const auto both = ClientAuthorities::parse(std::string{kStranger} + std::string{kState}).value();
    CHECK(vouches(both, {der(kClient)}));
}

TEST_CASE("what is no list of authorities is refused", "[certificate]") {
    const std::string state{kState};
    std::string many;
    for (std::size_t i = 0; i <= ClientAuthorities::kMost; ++i) many += state;
    const auto key = state +
                     "-----BEGIN "
                     "PRIVATE KEY-----\nAAAA\n";
    for (const auto& text : {std::string{}, std::string{"no certificate"}, std::string{kClient},
                             state + std::string{kClient}, many, key}) {
        CHECK(!ClientAuthorities::parse(text));
    }
}

TEST_CASE("a key that is dear to verify with is of no authority and of no client", "[certificate]") {
    CHECK(!ClientAuthorities::parse(kLarge));
    CHECK(!ClientAuthorities::parse(std::string{kState} + std::string{kLarge}));
    const auto state = ClientAuthorities::parse(kState).value();
    CHECK(!vouches(state, {der(kLarge)}));
    CHECK(!vouches(state, {der(kClient), der(kLarge)}));
}

TEST_CASE("nobody at the server's terminal is asked for a pass phrase", "[certificate]") {
    std::string encrypted{kState};
    encrypted.insert(encrypted.find('\n') + 1,
                     "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");
    // Where something is read from standard input, this waits for ever: nobody writes into the pipe.
    std::array<int, 2> silent{};
    REQUIRE(::pipe(silent.data()) == 0);
    const int kept = ::dup(STDIN_FILENO);
    ::dup2(silent[0], STDIN_FILENO);
    const auto refused = ClientAuthorities::parse(encrypted);
    if (kept >= 0) ::dup2(kept, STDIN_FILENO);
    for (const int end : {silent[0], silent[1], kept}) ::close(end);
    REQUIRE(!refused);
    CHECK(refused.error().key() == "access.client_ca");
}
