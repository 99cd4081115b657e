#pragma once

#include "platform/agent/enrol.hpp"
#include "platform/agent/log_view.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/invitation.hpp"

// Internal to platform/agent: how a Party begins.
namespace rogatory::agent {

struct Founding {
    record::FoundingSheet sheet;
    LogView log;
    std::string log_origin;
    model::PartyCode code;
    model::MemberId member;
    std::vector<record::FoundingSheet::Row> to_pin;
    std::optional<record::Founded::Succeeds> succeeds;
};
// Before any key: the sheet is of this server, the log is signed by the sheet's key, the invitation is for this code.
Result<Founding> prepare_founding(Environment& environment, const EnrolmentOrder& order,
                                  const ports::remote::Redeemed& redeemed, const record::InvitationSecrets& secrets);

struct FoundedParty {
    record::UserBundle::Membership membership;
    ports::remote::Append append;  // `founded`, `pinned` for each Party of the sheet, the keyring
};
Result<FoundedParty> found(Environment& environment, const EnrolmentOrder& order, const Founding& founding);

}  // namespace rogatory::agent
