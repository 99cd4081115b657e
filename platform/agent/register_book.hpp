#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/agent/chain_copy.hpp"
#include "platform/record/register.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// Every register this client follows, replayed from statements it verified itself.
class RegisterBook final : public record::Registers {
public:
    struct Known {
        ChainCopy copy;
        record::Register replayed;
        std::vector<record::Outcome> outcomes;  // one for each statement of the copy that was applied
    };

    // Brings one register up to the log. integrity "register.broken" (evidence kept) when its replay breaks, and the
    // errors of ChainCopy::update.
    Result<const Known*> update(Environment& environment, LogView& log, const model::ChainId& chain);
    // Every register already followed.
    Result<> update_all(Environment& environment, LogView& log);

    // The register of a Party by its founded id. The chain is the server's word until the id agrees. not_found
    // "party.unknown".
    Result<const Known*> update_party(Environment& environment, LogView& log, const model::PartyId& party);

    // The server's directory, read once a run.
    Result<const std::vector<ports::remote::PartyRow>*> directory(Environment& environment);
    void forget_directory() noexcept { directory_.reset(); }

    [[nodiscard]] const record::Register* by_chain(const model::ChainId& chain) const override;
    [[nodiscard]] const record::Register* by_party(const model::PartyId& party) const override;
    // Every register read so far that founded with this code.
    [[nodiscard]] std::vector<const record::Register*> founded_as(const model::PartyCode& code) const;
    [[nodiscard]] const Known* known(const model::ChainId& chain) const;
    [[nodiscard]] const Known* known_party(const model::PartyId& party) const;

private:
    std::map<model::ChainId, std::unique_ptr<Known>> known_;
    std::optional<std::vector<ports::remote::PartyRow>> directory_;
};

}  // namespace rogatory::agent
