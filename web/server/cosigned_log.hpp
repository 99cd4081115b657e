#pragma once

#include "platform/service/cosigning.hpp"
#include "web/server/gauges.hpp"
#include "web/witness/cosigner.hpp"

namespace rogatory::server {

// The service's log as the cosigner wants it.
class ServedLog final : public witness::CosignedLog {
public:
    ServedLog(service::Cosigning& cosigning, const ports::Clock& clock, LastDone& done, CosignersHeard& heard)
        : cosigning_{cosigning}, clock_{clock}, done_{done}, heard_{heard} {}

    [[nodiscard]] const tlog::Policy& policy() const override { return cosigning_.policy(); }
    [[nodiscard]] Result<tlog::SignedCheckpoint> newest() override { return cosigning_.newest(); }
    [[nodiscard]] Result<tlog::ProofPath> consistency(std::uint64_t old_size, std::uint64_t size) override {
        return cosigning_.consistency(old_size, size);
    }
    [[nodiscard]] Result<bool> keep(const tlog::SignedCheckpoint& checkpoint,
                                    const std::vector<tlog::NoteSignature>& cosignatures) override {
        auto met = cosigning_.keep(checkpoint, cosignatures);
        if (met && *met) done_.note(LastDone::Job::cosigned, clock_.now());
        return met;
    }
    void heard(std::size_t witness, bool ahead) override;
    void shown(const tlog::SignedCheckpoint& newer) override;

private:
    service::Cosigning& cosigning_;
    const ports::Clock& clock_;
    LastDone& done_;
    CosignersHeard& heard_;
};

}  // namespace rogatory::server
