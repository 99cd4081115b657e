#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/record/chains.hpp"
#include "tests/support/record_world.hpp"

// Requests in every state, and everybody who might move them: the table of states tries each with each, and
// tests/vectors/protocol writes the same for other implementations.
namespace rogatory::tests::request_scene {

using namespace rogatory::record;  // NOLINT: a test's helper
using model::RequestStatus;

enum Who {
    requesting,         // an officer of the Prosecutor, who asks
    requested,          // of France's central authority, which is asked
    requested_sister,   // of France's FIU, let in by its central authority
    requested_service,  // a service account of the central authority
    requested_reader,
    registry,
    third,     // of Senegal, which takes part and is of no side
    stranger,  // of Belgium, which does not
    kWho,
};
inline constexpr const char* kNames[kWho] = {
    "requesting", "requested", "requested sister", "requested service", "requested reader",
    "Registry",   "third",     "stranger"};

inline model::RequestRouting routing_fields() {
    return {"OTP/2026/0387",
            model::Nature::judicial_assistance,
            {model::Assistance::tracing, model::Assistance::bank_records},
            "ICC-01/04",
            model::Urgency::urgent,
            "fr"};
}

struct Scene {
    World world{47};
    PersonPtr who[kWho];
    std::map<RequestStatus, model::ChainId> in;  // a request in each state, with a reminder and an open proposal
    model::ChainId confidential;                 // sent, its routing withheld
    RoutingSalt salt;
    std::map<model::ChainId, model::StatementId> proposals;  // of the requested side
    std::map<model::ChainId, model::StatementId> recorded;   // an act off the platform, by the requesting side

    Scene() {
        auto& w = world;
        using model::Role;
        const auto otp = w.found("X-OTP");
        const auto fra = w.found("FRA");
        const auto reg = w.found("X-REG");
        const auto sen = w.found("SEN");
        const auto bel = w.found("BEL");
        w.pin_all({otp, fra, reg, sen, bel});
        who[requesting] = otp;
        who[requested] = fra;
        who[requested_sister] = w.add_authority(*fra);
        who[requested_service] = w.add_member(*fra, Role::officer, true);
        who[requested_reader] = w.add_member(*fra, Role::reader);
        who[registry] = reg;
        who[third] = sen;
        who[stranger] = bel;
        for (std::size_t i = 0; i < model::names_of<RequestStatus>().size(); ++i) {
            const auto status = static_cast<RequestStatus>(i);
            in.emplace(status, request_in(status));
        }
        salt = record::random_id<RoutingSalt>(w.random);
        confidential = open();
        auto first = w.entry(confidential);
        first.routing = routing_to(w.ref(*fra));
        first.routing->clear.reset();
        first.routing->commit = routing_commit(routing_fields(), salt);
        w.must(*otp, confidential, first);
    }

    [[nodiscard]] const RequestState& request(const model::ChainId& chain) const {
        return *world.dossier(chain).request();
    }

    model::ChainId open() {
        auto& w = world;
        return w.open(*who[requesting], {w.ref(*who[requested]), w.ref(*who[registry]), w.ref(*who[third])},
                      {model::Onward::own_party, {}, {}}, DossierKind::request);
    }
    Routing routing_to(const model::AuthorityRef& to, RequestStatus status = RequestStatus::sent) const {
        return {to.party, to.authority, std::nullopt, status, world.now + 30 * kDay, routing_fields(), std::nullopt};
    }
    model::StatementId send(const model::ChainId& chain, RequestStatus status = RequestStatus::sent) {
        auto first = world.entry(chain);
        first.routing = routing_to(world.ref(*who[requested]), status);
        return world.must(*who[requesting], chain, first);
    }

    // With everything a row may ask for, of what that signer may say.
    StatusSet status(const model::ChainId& chain, RequestStatus to, Who signer) {
        const auto side = signer >= requested && signer <= requested_reader ? requested : signer;
        const auto obstacle = side == requested ? model::Obstacle::bank_secrecy : model::Obstacle::no_reply;
        StatusSet out{request(chain).status, to, {}, false, {}, world.dossier(chain).basis(), std::nullopt,
                      world.digest()};
        if (to == out.from) {
            out.obstacles = {obstacle};
            out.remark = model::AssemblyRemark{"Templates per kind of assistance help.", true};
        }
        return out;
    }

    static Who mover(std::uint8_t by) {
        if ((by & model::RequestBy::kRequested) != 0) return requested;
        return (by & model::RequestBy::kRequesting) != 0 ? requesting : registry;
    }

    // The shortest way through the table.
    static std::vector<RequestStatus> path(RequestStatus to) {
        std::map<RequestStatus, RequestStatus> from;
        std::deque<RequestStatus> open{RequestStatus::sent};
        std::set<RequestStatus> seen{RequestStatus::sent};
        while (!open.empty() && !seen.contains(to)) {
            const auto at = open.front();
            open.pop_front();
            for (const auto& move : model::request_moves()) {
                if (move.from != at || !seen.insert(move.to).second) continue;
                from[move.to] = at;
                open.push_back(move.to);
            }
        }
        std::vector<RequestStatus> out;
        for (auto at = to; at != RequestStatus::sent; at = from.at(at)) out.insert(out.begin(), at);
        return out;
    }

    model::ChainId request_in(RequestStatus status) {
        auto& w = world;
        const auto chain = open();
        const bool urgent = status == RequestStatus::urgent_unconfirmed;
        send(chain, urgent ? status : RequestStatus::sent);
        w.must(*who[requested], chain, w.grant(chain, w.ref(*who[requested_sister]), {1}));
        w.must(*who[requesting], chain, Reminded{1, std::nullopt});
        w.must(*who[requested], chain, Reminded{1, std::nullopt});
        proposals[chain] = w.must(*who[requested], chain, DueProposed{w.now + 60 * kDay, w.digest()});
        recorded[chain] = w.must(*who[requesting], chain,
                                 OffPlatform{model::OffPlatformAct::reminded, model::Medium::note_verbale, w.now,
                                             std::nullopt, std::nullopt});
        if (urgent) return chain;
        for (const auto next : path(status)) {
            const auto* move = model::request_move(request(chain).status, next);
            const auto signer = mover(move->by);
            w.must(*who[signer], chain, this->status(chain, next, signer));
        }
        return chain;
    }

    // A body of every other kind that only a request has, right from the right hands.
    Body act(Kind kind, const model::ChainId& chain, Who signer) {
        auto& w = world;
        switch (kind) {
            case Kind::reminded:
                return Reminded{2, w.digest()};
            case Kind::due_proposed:
                return DueProposed{w.now + 90 * kDay, w.digest()};
            case Kind::due_agreed:
                return DueAgreed{proposals.contains(chain) ? proposals.at(chain) : w.id<model::StatementId>(),
                                 std::nullopt};
            case Kind::off_platform:
                return OffPlatform{model::OffPlatformAct::acknowledged, model::Medium::e_mail, w.now - 2 * kDay,
                                   std::nullopt, w.digest()};
            case Kind::off_platform_confirmed:
                return OffPlatformConfirmed{recorded.contains(chain) ? recorded.at(chain) : w.id<model::StatementId>(),
                                            std::nullopt};
            case Kind::routing_disclosed:
                return RoutingDisclosed{routing_fields(), salt};
            default:
                return status(chain, RequestStatus::acknowledged, signer);
        }
    }
};
inline constexpr Kind kActs[] = {Kind::reminded,     Kind::due_proposed,           Kind::due_agreed,
                                 Kind::off_platform, Kind::off_platform_confirmed, Kind::routing_disclosed};

}  // namespace rogatory::tests::request_scene
