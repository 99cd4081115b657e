#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/environment.hpp"

namespace rogatory::agent {

// What a passphrase should be: six words or so, drawn at random. `strength_bits` is an estimate for one typed by hand.
struct PassphraseProposal {
    std::string passphrase;
    double strength_bits = 0;
};
PassphraseProposal propose_passphrase();
// `invalid_input` (key "passphrase.weak", arguments "bits", "needed") for what a guesser finds soon even beside the
// account key.
Result<> check_passphrase(std::string_view passphrase, std::string_view user_name);

// The account this profile belongs to; public facts.
struct Account {
    std::string server;  // "https://host[:port]", the client's own notion of the origin
    std::string user_name;
    std::string kind;  // "member" | "administrator" | "service"
    std::string language;
};
// nullopt: nobody has enrolled or signed in here.
Result<std::optional<Account>> account_of(const ports::ProfileStore& profile);

// Everything secret that a session needs: the opened user bundle, or an administrator's sign-in alone. Wiped when it
// ends. The keeper holds it between commands as the bytes of `to_secret` (locked memory; never on disk).
class Unlocked {
public:
    struct Secrets;
    explicit Unlocked(std::unique_ptr<Secrets> secrets) noexcept;
    Unlocked(Unlocked&&) noexcept;
    Unlocked& operator=(Unlocked&&) noexcept;
    ~Unlocked();

    [[nodiscard]] const Secrets& secrets() const noexcept { return *secrets_; }
    [[nodiscard]] Secrets& secrets() noexcept { return *secrets_; }

    // The caller locks and wipes what it gets.
    [[nodiscard]] Bytes to_secret() const;
    static Result<Unlocked> from_secret(ByteView bytes);

private:
    std::unique_ptr<Secrets> secrets_;
};

struct SignInOrder {
    std::string server;     // as the person gave it, or empty: the profile's
    std::string user_name;  // or empty: the profile's
    std::string_view passphrase;
    std::string totp;      // six digits
    std::string_view kit;  // text of the kit, only on a device without the account key; else empty
};
// Derives the two-secret keys, signs the challenge, fetches and opens the user bundle, refuses a rolled-back one.
// Without the account key on this device and without a kit: `not_found`, key "account_key.missing".
// A wrong passphrase is `unauthenticated`, key "sign_in.refused", as is every other refusal.
Result<Unlocked> sign_in(Environment& environment, const SignInOrder& order);

// The printed recovery sheet: account key and kit secret. `text` is what is printed and typed; lines "key: value".
struct Kit {
    std::string text;
};
struct KitFacts {
    std::string server;
    std::string user_name;
};
Result<KitFacts> read_kit(std::string_view text);

struct TotpSetup {
    std::string secret;  // base32, to type
    std::string uri;     // otpauth://, for a QR code
};

struct KitSignInOrder {
    std::string_view kit;
    std::string_view new_passphrase;
    std::optional<std::string> totp;  // without it the server makes one wait 72 h
    // After the wait: called with a new second factor in the place of all there were, gives back the six digits shown
    // now. Where there is none to call the second factors stay.
    std::function<Result<std::string>(const TotpSetup&)> second_factor = {};
};
struct KitSignIn {
    std::optional<Kit> kit;  // the new one, in force; the old one has been typed somewhere. Absent: one has to wait
    UnixSeconds available_at = 0;  // until then
};
// Signs in with the kit, fetches the bundle and sets new credentials (passphrase, account key, kit; after the wait the
// second factor too) in one request that the old kit key signs. Administrators and auditors have no bundle and keep
// none. `keep_kit` is called with the new kit before the server knows of it; when it fails nothing
// changes. Then sign_in() with the new passphrase and the second factor's next code: each is good once.
Result<KitSignIn> sign_in_with_kit(Environment& environment, const KitSignInOrder& order,
                                   const std::function<Result<>(const Kit&)>& keep_kit);

// Reads the kit back: opens the user bundle on the server with it. Needs a full session.
Result<> check_kit(Environment& environment, const Unlocked& unlocked, std::string_view kit);
// A new account key and kit secret: the old kit and the account keys on other devices open nothing any more.
Result<> make_new_kit(Environment& environment, Unlocked& unlocked, std::string_view passphrase,
                      const std::function<Result<>(const Kit&)>& keep_kit);
Result<> change_passphrase(Environment& environment, Unlocked& unlocked, std::string_view old_passphrase,
                           std::string_view new_passphrase);

}  // namespace rogatory::agent
