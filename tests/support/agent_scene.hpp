#pragma once

#include <string>

#include "tests/support/agent_cast.hpp"
#include "tests/support/must.hpp"

namespace rogatory::test {

// Senegal's FIU and the Office of the Prosecutor, two custodians each, who have pinned each other.
struct Scene {
    explicit Scene(std::size_t witnesses = 0, std::size_t quorum = 0) : cast{witnesses, quorum} {
        cast.party("SEN", "fiu", "CENTIF");
        cast.party("X-OTP", "otp", "Investigations");
        cast.pin_each_other({"SEN", "X-OTP"});
    }

    agent::SendOrder order(const std::string& content, std::vector<std::string> to = {"X-OTP"}) {
        agent::SendOrder made;
        made.to = std::move(to);
        made.files = {{cast.write("rapport.pdf", content), -1, "rapport.pdf", "application/pdf"}};
        made.title = "Comptes";
        made.policy.onward = "source_consent";
        return made;
    }
    agent::Sent sent(const std::string& content = "un rapport", std::vector<std::string> to = {"X-OTP"}) {
        auto sender = cast.person("sen.1").working();
        return must(agent::send(sender, order(content, std::move(to)))).front();
    }
    Result<agent::Got> got(const std::string& who, const agent::Sent& dossier) {
        auto reader = cast.person(who).at_work();
        if (!reader) return fail(std::move(reader).error());
        return agent::get(*reader, {dossier.chain, std::nullopt, cast.folder / ("out-" + who), false});
    }
    Misbehaviour& server() { return cast.platform.misbehave; }

    Cast cast;
};

// Whether anything was kept as evidence on this device.
inline bool has_evidence(const Person& person) { return must(person.profile.list("evidence")).size() > 0; }

}  // namespace rogatory::test
