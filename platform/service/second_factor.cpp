#include "platform/service/second_factor.hpp"

#include "crypto/primitives/random.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/totp.hpp"

namespace rogatory::service {

ProvenFactor prove(Context& context, const ports::Repositories& repositories, const ports::AccountRow& account,
                   ByteView challenge, const SecondFactor& answer) {
    static const auto nobodys = crypto::system_random().bytes<20>();
    ProvenFactor factor;
    // Codes are the wall clock's, like the device that makes them; that a code is good once depends on no clock.
    const auto counter = match_totp(account.totp_secret.value_or(nobodys), answer.totp.value_or(""),
                                    context.clock.now(), account.totp_last_counter);
    if (answer.totp) {
        if (!counter || !account.totp_secret || answer.passkey) return factor;
        factor.totp_counter = *counter;
        factor.outcome = ProvenFactor::Outcome::right;
        return factor;
    }
    if (!answer.passkey) return factor;
    factor.passkey = repositories.passkeys().find(answer.passkey->credential_id);
    if (!factor.passkey || factor.passkey->account != account.id) return factor;
    const webauthn::Credential credential{factor.passkey->credential_id, factor.passkey->cose_key,
                                          factor.passkey->counter, factor.passkey->backed_up};
    const auto asserted = webauthn::check_assertion(relying_party(context), challenge, credential, *answer.passkey);
    if (!asserted) return factor;
    factor.asserted = *asserted;
    factor.outcome =
        asserted->counter_went_back ? ProvenFactor::Outcome::counter_went_back : ProvenFactor::Outcome::right;
    return factor;
}

bool spend(Context& context, ports::Repositories& repositories, const ports::AccountRow& account,
           const ProvenFactor& factor) {
    if (!factor.right()) return false;
    if (!factor.passkey) {
        const auto current = repositories.accounts().find(account.id);
        if (!current || factor.totp_counter <= current->totp_last_counter) return false;
        repositories.accounts().spend_totp(account.id, factor.totp_counter);
        return true;
    }
    const auto current = repositories.passkeys().find(factor.passkey->credential_id);
    if (!current || current->account != account.id) return false;
    const bool counts = factor.asserted.counter != 0 || current->counter != 0;
    if (counts && factor.asserted.counter <= current->counter) return false;
    repositories.passkeys().used(current->id, factor.asserted.counter, factor.asserted.backed_up, context.time.now());
    return true;
}

void tell_refused(Context& context, const ports::AccountRow& account, const ProvenFactor& factor) {
    (void)context.store.write([&](ports::Repositories& repositories) -> Result<> {
        if (factor.outcome == ProvenFactor::Outcome::counter_went_back) {
            // The authenticator's counter is behind what it signed before: it was copied, or reset.
            context.audit(repositories, account.user_name, "passkey.counter_went_back",
                          std::to_string(factor.passkey->id));
            context.notify(repositories, "passkey.counter_went_back", account.user_name);
        } else {
            context.audit(repositories, account.user_name, "session.refused", "second factor");
        }
        return {};
    });
}

webauthn::RelyingParty relying_party(const Context& context) {
    return webauthn::RelyingParty::of(context.settings.origin);
}

}  // namespace rogatory::service
