#pragma once

#include <optional>
#include <vector>

#include "platform/service/append_job.hpp"
#include "platform/service/enrolment.hpp"

namespace rogatory::service {

// One posted enrolment within a write: account, credentials, bundle, record and (founder) the append, or nothing.
class EnrolmentJob {
public:
    EnrolmentJob(Context& context, ports::Repositories& repositories, const EnrolmentRequest& request,
                 const std::optional<ParsedAppend>& append)
        : context_{context}, repositories_{repositories}, request_{request}, append_{append} {}

    [[nodiscard]] Result<std::vector<AppendJob::Stored>> run(ports::InvitationId invitation);

private:
    using Invitation = ports::InvitationRow;
    Result<std::vector<AppendJob::Stored>> answer_again(const Invitation& invitation) const;
    Result<> check_shape(const Invitation& invitation) const;
    [[nodiscard]] Result<> check_credentials(const Invitation& invitation, bool service) const;
    struct FirstFactor {
        std::optional<ByteArray<20>> totp_secret;
        std::int64_t totp_counter{};
        std::optional<ports::PasskeyRow> passkey;  // without its account
    };
    [[nodiscard]] Result<FirstFactor> first_factor(const Invitation& invitation) const;
    // Keeps generation 1's keyring, which its first custodian alone can make, for the `authority_added` that will name
    // it.
    Result<> keep_first_keyring(const Invitation& invitation) const;
    // What a record must say for its invitation: nobody enrols as another member, or with another role.
    [[nodiscard]] Result<bool> is_service(const Invitation& invitation) const;
    [[nodiscard]] std::optional<std::int64_t> account_kept(const Invitation& invitation) const;
    Result<std::int64_t> make_account(const Invitation& invitation, const ports::AccountRow& account) const;
    Result<std::vector<AppendJob::Stored>> found(const Invitation& invitation) const;
    // An official who has an account answers with it: no bundle (his own has grown already), his sign-in key, which
    // nobody else is told, and his own second factor.
    Result<> join(const Invitation& invitation) const;

    Context& context_;
    ports::Repositories& repositories_;
    const EnrolmentRequest& request_;
    const std::optional<ParsedAppend>& append_;
};

}  // namespace rogatory::service
