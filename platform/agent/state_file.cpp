#include "platform/agent/state_file.hpp"

#include "crypto/age/file.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/refused.hpp"
#include "platform/base/try.hpp"
#include "platform/record/state_file.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kStateFile = "state.age";

// Sealed to the user and signed by his key; both are those of the first membership, which a bundle always has.
const record::UserBundle::Membership& keeper(const Agent::State& state) {
    return state.unlocked.secrets().bundle->memberships.front();
}

std::optional<record::StateFile> read(const Agent::State& state, ByteView file) {
    const auto& mine = keeper(state);
    const auto plaintext = age::open(mine.identity, file, age::Profile::single());
    if (!plaintext) return std::nullopt;
    auto content = record::StateFile::open(as_text(plaintext->expose_secret()),
                                           crypto::SigningKey::from_seed(mine.signing_seed).verify_key());
    if (!content) return std::nullopt;
    return *std::move(content);
}

// The Party's own rules, as its verified register has them.
bool may_keep_out(const Agent::State& state) {
    const auto rules = state.own().access_policy();
    return rules && (!rules->address_ranges.empty() || rules->native_only || rules->client_ca);
}

model::LogIndex place_in(const record::StateFile& known) {
    return tlog::place_of(tlog::log_number(known.origin).value_or(0), known.log_size);
}

// What was verified once holds for ever: the same log, and of each chain the same beginning.
Result<> hold_to(Agent::State& state, const record::StateFile& known) {
    const auto number = tlog::log_number(known.origin).value_or(0);
    if (!state.log.knows(known.origin)) {
        if (number <= state.log.number()) return {};
        // A log that goes on after this one was seen, here or on another device, and the server shows it no more.
        const auto seen = tlog::Checkpoint{known.origin, {known.log_size, known.log_root}, {}}.text();
        return alarm(state.environment, "log.successor_denied", {{"remembered", as_bytes(seen)}}, "state file");
    }
    const auto* ended = state.log.past_named(known.origin);
    // Of what was signed beyond the end of a log and never counted, nothing is left to hold anybody to. (Had this
    // device seen it count, the end would have been refused.)
    const bool beyond = ended != nullptr && known.log_size > ended->size();
    if (!beyond) {
        ROGATORY_TRY_VOID(state.log.require_consistent(state.environment, known.origin,
                                                       tlog::TreeHead{known.log_size, known.log_root}, "state file"));
    }
    for (const auto& [chain, head] : known.chains) {
        if (head.length == 0) continue;
        const auto places = state.log.places(chain, head.length - 1);
        if (beyond && (places.empty() || tlog::log_of(places.front().index) > number)) continue;
        if (places.size() != 1 || places.front().id != head.head) {
            return alarm(state.environment, "chain.forked", {{"remembered_id", ByteView{head.head.value()}}},
                         "state file");
        }
    }
    return {};
}

}  // namespace

Result<> exchange_state_file(Agent::State& state) {
    auto& environment = state.environment;
    if (state.state_saved_size == 0) {
        ROGATORY_TRY(const auto local, environment.profile.load(kStateFile));
        if (local) {
            if (const auto known = read(state, *local)) {
                ROGATORY_TRY_VOID(hold_to(state, *known));
                state.state_saved_size = place_in(*known);
            }
        }
        auto asked = environment.server.state();
        // Who may set his Party's rules anew gets this far from where they let nobody in; what this device knows is
        // held to, and the other devices' file is read the next time. Where there is no such rule, the server keeps
        // the file back.
        if (!asked && is_kept_out(asked.error()) && may_keep_out(state)) {
            environment.observer.on_notice({"state.not_read", {}});
            return {};
        }
        ROGATORY_TRY(const auto stored, std::move(asked));
        if (stored) {
            state.state_tag = stored->tag;
            if (const auto known = read(state, stored->state)) {
                ROGATORY_TRY_VOID(hold_to(state, *known));
                state.state_saved_size = std::max(state.state_saved_size, place_in(*known));
            }
        }
    }
    // One that goes on and that nobody has adopted yet, too: whoever hides it later is found out on every device.
    if (state.state_saved_size == state.log.size()) return {};

    record::StateFile now;
    now.origin = state.log.origin();
    const auto head = state.log.head();
    now.log_size = head.size;
    now.log_root = head.root;
    const auto add = [&](const ChainCopy& copy) {
        if (copy.items().empty()) return;
        now.chains[copy.chain()] = {copy.items().size(), copy.items().back().statement.id()};
    };
    for (const auto& membership : state.unlocked.secrets().bundle->memberships) {
        if (const auto* known = state.book.known(membership.register_chain)) add(known->copy);
    }
    for (const auto& [chain, known] : state.dossiers.all()) add(known->copy);
    const auto& mine = keeper(state);
    const auto text = now.sign(crypto::SigningKey::from_seed(mine.signing_seed));
    const auto sealed = age::seal(mine.identity.recipient(), as_bytes(text), crypto::system_random());
    ROGATORY_TRY_VOID(environment.profile.save(kStateFile, sealed));
    // Another device may have written in between: the next run reads what it wrote.
    if (auto tag = environment.server.replace_state(state.state_tag, sealed)) {
        state.state_tag = *std::move(tag);
    } else if (is_kept_out(tag.error()) && may_keep_out(state)) {
        return {};  // as it could not be read: this device's own is kept
    } else if (tag.error().code() != ErrorCode::precondition_failed && tag.error().code() != ErrorCode::conflict) {
        return fail(std::move(tag).error());
    }
    state.state_saved_size = state.log.size();
    return {};
}

}  // namespace rogatory::agent
