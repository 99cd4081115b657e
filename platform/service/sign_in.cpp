#include "platform/service/sign_in.hpp"

#include <algorithm>

#include "crypto/password.hpp"
#include "crypto/sign.hpp"
#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/kit_attempts.hpp"
#include "platform/service/party_rules.hpp"
#include "platform/service/second_factor.hpp"
#include "platform/service/session_start.hpp"
#include "platform/service/support_codes.hpp"
#include "platform/service/totp.hpp"

namespace rogatory::service {

namespace {

constexpr Throttle::Limit kChallenges{120, 60};
constexpr Throttle::Limit kFailures{30, 4};
// By account, and only after the right signature: whoever comes that far has passphrase and account key, and guesses
// digits.
constexpr Throttle::Limit kWrongCodes{5, 0.5};
// Lines of one account's refused sign-ins.
constexpr Throttle::Limit kRefusedLines{20, 1};

tl::unexpected<Error> refused() { return fail(ErrorCode::unauthenticated, "sign_in.refused"); }
tl::unexpected<Error> wait() { return fail(ErrorCode::too_many, "sign_in.wait"); }

// The refusal with a code by which an administrator finds the cause; without it, it looks the same for every cause.
tl::unexpected<Error> with_code(Context& context, const tl::unexpected<Error>& refusal, Refusal why,
                                const std::string& from) {
    why.at = context.time.now();
    auto error = refusal.value();
    return fail(std::move(error).with("support", context.support.give(std::move(why), from)));
}

// Whom an unknown name is compared with: the work is the same, the answer never yes.
const ports::AccountRow& nobody() {
    static const ports::AccountRow account = [] {
        ports::AccountRow made;
        made.sign_in_key = crypto::SigningKey::generate(crypto::system_random()).verify_key().bytes();
        made.kit_key = made.sign_in_key;
        made.totp_secret = crypto::system_random().bytes<20>();
        return made;
    }();
    return account;
}

struct Found {
    ports::AccountRow account;
    bool known{false};
    const char* kept_out{nullptr};  // why the account may not sign in at all
    ProvenFactor factor;
};

// nullptr: it may.
const char* why_not(const ports::Repositories& repositories, const ports::AccountRow& account, SignInKey with) {
    if (account.suspended_at) return "suspended";
    const bool service = account.kind == ports::AccountKindRow::service;
    if (service != (with == SignInKey::service)) return "other_way";
    if (with == SignInKey::kit && !account.kit_key) return "no_kit";
    if (account.kind == ports::AccountKindRow::administrator || account.kind == ports::AccountKindRow::auditor) {
        return nullptr;
    }
    if (!candidacies_of(repositories, account.id).empty()) return nullptr;
    const auto memberships = live_memberships(repositories, account.id);
    if (memberships.empty()) return kNoMembership;
    const bool one_goes_on = std::any_of(memberships.begin(), memberships.end(),
                                         [](const Membership& membership) { return !membership.suspended; });
    return one_goes_on ? nullptr : "party_suspended";
}

// Into the trail of his Party, whose own people look for guesses. Nobody waits for it, so that a known name takes no
// longer than another, and no outsider fills the disk.
void note_refused(Context& context, const ports::AccountRow& account, const char* cause) {
    const auto whom = std::to_string(account.id);
    if (!context.throttle.allows("refused-line", whom, kRefusedLines)) return;
    context.throttle.count("refused-line", whom, kRefusedLines);
    // By value alone: it may run when the context is gone.
    context.store.write_behind([at = context.time.now(), name = account.user_name,
                                why = std::string{cause}](ports::Repositories& repositories) {
        auto concerns = Context::concerns_of(repositories, name);
        repositories.journal().audit({0, at, name, "session.refused", why, "done", std::move(concerns)});
    });
}

// What the rules of his Parties say: a kind of second factor that one of them refuses, or how he comes.
struct ByRule {
    const char* kept_out{nullptr};  // by which; null: he comes in
    const char* despite{nullptr};   // which of a Party's, that lets nobody in from there, he may set anew
};
ByRule held_to_rules(const ports::Repositories& repositories, const Settings& settings, std::int64_t account,
                     const SecondFactor& answer, bool proven, const Circumstances& how) {
    if (!accepted_factors(repositories, account).take(answer)) return {.kept_out = "access.second_factor"};
    auto memberships = live_memberships(repositories, account);
    const auto held = hold_to_rules(repositories, settings, how, memberships);
    if (!proven || held.ways_back.empty()) return {.kept_out = held.barred};
    // Another Party may let him in all the same: held.barred is null then.
    return {.despite = held.ways_back.front().barred};
}

// The object of the line of a session that began: with what, and despite which rule.
std::string began_with(std::string with, const char* despite) {
    if (despite == nullptr) return with;
    return with.empty() ? std::string{despite} : std::move(with) + ", " + despite;
}

// Why a second factor is not right; only after passphrase and account key, or the passkey, were.
Refusal factor_refusal(const Context& context, const ports::AccountRow& account, const SecondFactor& answer,
                       const ProvenFactor& factor) {
    Refusal why;
    why.user_name = account.user_name;
    why.cause = "second_factor";
    if (!answer.given()) {
        why.cause = "second_factor_missing";
    } else if (answer.passkey) {
        why.cause = factor.outcome == ProvenFactor::Outcome::counter_went_back ? "passkey_counter" : "passkey";
    } else if (!account.totp_secret) {
        why.cause = "second_factor_other";
    } else if (const auto off = totp_drift(*account.totp_secret, *answer.totp, context.clock.now())) {
        // Within the window and still refused: it was good once.
        why.cause = *off >= -kTotpStep && *off <= kTotpStep ? "code_used" : "clock";
        why.seconds = *off;
    }
    return why;
}

}  // namespace

Result<Challenge> SignIn::challenge(const std::string&, std::string_view address) {
    const auto from = Throttle::by_address(address);
    if (!context_.throttle.allows("challenge", from, kChallenges)) return wait();
    context_.throttle.count("challenge", from, kChallenges);
    const auto expires_at = context_.time.now() + context_.settings.challenge_life;
    return Challenge{context_.challenges.make(expires_at), expires_at};
}

Result<std::variant<SignedIn, KitWait>> SignIn::sign_in(const SignInRequest& request, std::string_view address,
                                                        bool browser, std::shared_ptr<const std::vector<Bytes>> chain) {
    using Reply = std::variant<SignedIn, KitWait>;
    const auto from = Throttle::by_address(address);
    if (!context_.throttle.allows("sign-in", from, kFailures)) {
        return with_code(context_, wait(), {.cause = "address_wait", .user_name = {}}, from);
    }
    const auto failed = [&](Refusal why) {
        context_.throttle.count("sign-in", from, kFailures);
        return with_code(context_, refused(), std::move(why), from);
    };
    const auto now = context_.time.now();
    const SecondFactor answer{request.totp, request.passkey};
    const auto found = context_.store.read([&](const ports::Repositories& repositories) {
        const auto known = repositories.accounts().find_by_name(request.user_name);
        const auto& whose = known ? *known : nobody();
        return Found{whose, known.has_value(), known ? why_not(repositories, whose, request.with) : "unknown_name",
                     prove(context_, repositories, whose, request.challenge, answer)};
    });
    const auto& account = found.account;
    const auto& factor = found.factor;
    const bool kit = request.with == SignInKey::kit;
    const bool by_passkey = request.with == SignInKey::passkey;
    const crypto::VerifyKey key{kit ? account.kit_key.value_or(nobody().sign_in_key) : account.sign_in_key};
    const auto text = crypto::sign_in_text(context_.settings.origin, request.user_name, request.challenge);
    const bool signature_holds = key.verify(text, crypto::Signature{request.signature});
    const bool challenge_holds = context_.challenges.holds(request.challenge, now);
    // A passkey by itself: the one that opens the bundle, with user verification, which is two factors in one.
    const bool unlocked = factor.passkey && factor.passkey->unlocks && !request.totp;
    const auto because = [&](const char* cause) {
        if (found.known) note_refused(context_, account, cause);
        return failed({.cause = cause, .user_name = found.known ? account.user_name : std::string{}});
    };
    if (found.kept_out != nullptr) return because(found.kept_out);
    if (!challenge_holds) return because("challenge");
    if (by_passkey ? !unlocked : !signature_holds) return because(by_passkey ? "passkey" : "passphrase");
    if (by_passkey && factor.outcome == ProvenFactor::Outcome::wrong) return because("passkey");
    if (!context_.challenges.spend(request.challenge, now)) return because("challenge");

    const auto whom = std::to_string(account.id);
    const bool needs_factor = request.with == SignInKey::sign_in || by_passkey || (kit && answer.given());
    if (needs_factor) {
        // By account only here: whoever comes this far has passphrase and account key, or the passkey itself.
        if (!context_.throttle.allows("code", whom, kWrongCodes)) {
            return with_code(context_, wait(), {.cause = "code_wait", .user_name = account.user_name}, from);
        }
        if (!factor.right()) {
            context_.throttle.count("code", whom, kWrongCodes);
            tell_refused(context_, account, factor);
            return failed(factor_refusal(context_, account, answer, factor));
        }
    }
    // By everything he has he is who he says: he may know which rule of his Party it is. Nothing begins and nothing
    // ends: no session, and no kit's wait.
    // A session is good with the certificate that it begins with.
    const Circumstances how{std::string{address}, browser, std::move(chain), true, now};
    const auto rule = context_.store.read([&](const ports::Repositories& repositories) {
        return held_to_rules(repositories, context_.settings, account.id, answer, needs_factor, how);
    });
    if (rule.kept_out != nullptr) {
        // A code is good once, whatever it met.
        if (needs_factor) {
            ROGATORY_TRY_VOID(context_.store.write([&](ports::Repositories& repositories) -> Result<> {
                return spend(context_, repositories, account, factor) ? Result<>{} : Result<>{refused()};
            }));
        }
        note_refused(context_, account, rule.kept_out);
        return fail(ErrorCode::forbidden, rule.kept_out);
    }
    return context_.store.write([&](ports::Repositories& repositories) -> Result<Reply> {
        auto& accounts = repositories.accounts();
        const auto current = accounts.find(account.id);
        // Between reading and now a code may have been spent, or the account suspended.
        if (!current || current->suspended_at || current->sign_in_key != account.sign_in_key ||
            current->kit_key != account.kit_key) {
            return refused();
        }
        if (needs_factor && !spend(context_, repositories, account, factor)) return refused();
        if (kit && !needs_factor) {
            const auto since = kit_waits(context_, *current);
            if (!since) {
                accounts.set_kit_waiting(account.id, now);
                context_.time.keep(repositories);
                context_.audit(repositories, account.user_name, "kit.waiting", "");
                context_.notify(repositories, "kit.waiting", account.user_name);
                return Reply{KitWait{now + context_.settings.kit_wait}};
            }
            if (!kit_has_waited(context_, *current)) return Reply{KitWait{*since + context_.settings.kit_wait}};
        }
        const bool alone = kit && !needs_factor;
        // Whoever signs in with everything has not lost it: a kit that waits, or has waited, is somebody else's
        // attempt, or needless. A kit's own wait ends with the new credentials: a page that closes before costs no
        // other 72 hours.
        if (!alone && current->kit_waiting_since) end_kit_wait(context_, repositories, *current);
        if (alone) kit_comes_in(context_, repositories, *current);
        accounts.seen(account.id, now - now % kDay);
        auto session =
            alone ? start_kit_session(context_, repositories, account.id)
            : request.with == SignInKey::service
                ? start_service_session(context_, repositories, account.id)
                : start_session(context_, repositories, kit ? Scope::kit : Scope::full, account.id, std::nullopt);
        if (const auto shown = how.certificate()) {
            const auto began = repositories.sessions().find_by_token(token_digest(session.token));
            repositories.sessions().began_with(began->id, *shown);
        }
        if (rule.despite != nullptr) {
            const auto began = repositories.sessions().find_by_token(token_digest(session.token));
            context_.begun_outside.note(began->id, address, now, now + context_.settings.step_up_life);
        }
        const auto* const with = request.with == SignInKey::service ? "service"
                                 : alone                            ? "kit alone"
                                 : kit                              ? "kit"
                                 : by_passkey                       ? "passkey"
                                                                    : "";
        context_.audit(repositories, account.user_name, "session.started", began_with(with, rule.despite));
        return Reply{std::move(session)};
    });
}

Result<SignedIn> SignIn::step_up(const Principal& principal, const StepUpRequest& request) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    if (!principal.account() || principal.kind() == AccountKind::service) return not_there();
    const auto whom = std::to_string(*principal.account());
    if (!context_.throttle.allows("code", whom, kWrongCodes)) return wait();
    const auto now = context_.time.now();
    const SecondFactor answer{request.totp, request.passkey};
    const bool holds = !request.passkey || context_.challenges.holds(request.challenge, now);
    std::optional<ports::AccountRow> account;
    const auto factor = context_.store.read([&](const ports::Repositories& repositories) {
        account = repositories.accounts().find(*principal.account());
        return account ? prove(context_, repositories, *account, request.challenge, answer) : ProvenFactor{};
    });
    if (!account || account->suspended_at) return refused();
    const auto accepted = context_.store.read(
        [&](const ports::Repositories& repositories) { return accepted_factors(repositories, account->id); });
    if (!accepted.take(answer)) return fail(ErrorCode::forbidden, "access.second_factor");
    if (!holds || !factor.right() || (request.passkey && !context_.challenges.spend(request.challenge, now))) {
        context_.throttle.count("code", whom, kWrongCodes);
        tell_refused(context_, *account, factor);
        return refused();
    }
    return context_.store.write([&](ports::Repositories& repositories) -> Result<SignedIn> {
        const auto session = repositories.sessions().find(principal.session());
        if (!session || !spend(context_, repositories, *account, factor)) return refused();
        auto signed_in = renew_session(context_, repositories, *session);
        // It goes on from where it began; a factor shown elsewhere later makes no way back of it.
        const auto& from = principal.circumstances().address;
        if (context_.begun_outside.holds(session->id, from, now)) {
            const auto renewed = repositories.sessions().find_by_token(token_digest(signed_in.token));
            context_.begun_outside.note(renewed->id, from, now, now + context_.settings.step_up_life);
        }
        context_.audit(repositories, account->user_name, "session.stepped_up", "");
        return signed_in;
    });
}

void SignIn::end_token(std::string_view token) {
    const auto digest = token_digest(token);
    (void)context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        if (const auto session = repositories.sessions().find_by_token(digest)) {
            repositories.sessions().remove(session->id);
        }
        return {};
    });
}

void SignIn::sign_out(const Principal& principal) {
    (void)context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        repositories.sessions().remove(principal.session());
        context_.audit(repositories, principal.user_name(), "session.ended", "");
        return {};
    });
}

}  // namespace rogatory::service
