// What it costs a client to read and judge a register and a dossier of many statements, beside verifying as many bare
// Ed25519 signatures over as many bytes.
//
//   verify_costs [statements of each] [rounds]
//
// Prints {"statements", "replay": […], "ed25519": […]}, seconds of each round.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sign.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/log_policy.hpp"
#include "platform/record/verify_ahead.hpp"
#include "tests/support/record_world.hpp"

using namespace rogatory;

namespace {

template <class Work>
double seconds(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// In a process of its own: what one round verified ahead is no help to the next.
template <class Work>
double seconds_alone(Work&& work) {
    int ends[2];
    ensure(::pipe(ends) == 0, "a pipe");
    const auto child = ::fork();
    ensure(child >= 0, "a process");
    if (child == 0) {
        const double took = seconds(work);
        ::_exit(::write(ends[1], &took, sizeof took) == sizeof took ? 0 : 1);
    }
    double took = 0;
    int status = 0;
    const bool told = ::read(ends[0], &took, sizeof took) == sizeof took;
    ensure(::waitpid(child, &status, 0) == child && status == 0 && told, "the round was measured");
    ::close(ends[0]);
    ::close(ends[1]);
    return took;
}

struct Stored {
    std::string envelope;
    model::LogIndex index;
};

// As they come from a server: of one chain, in order.
std::vector<Stored> chain_of(const tests::World& world, const model::ChainId& chain) {
    std::vector<Stored> stored;
    for (const auto& logged : world.history()) {
        if (logged.statement.statement().chain == chain) {
            stored.push_back({logged.statement.encode(), logged.index});
        }
    }
    return stored;
}

// As a client does: what needs no order on all cores, then one after the other.
template <class KeyOf, class Apply>
void replay(const std::vector<Stored>& chain, const tlog::NoteKey& log, KeyOf&& key_of, Apply&& apply) {
    std::vector<std::string_view> envelopes;
    for (const auto& stored : chain) envelopes.push_back(stored.envelope);
    auto statements = record::parse_all(envelopes);
    std::vector<const record::SignedStatement*> all;
    for (auto& statement : statements) {
        ensure(statement.has_value(), "what was said is read");
        all.push_back(&*statement);
    }
    const auto key = key_of(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % record::kVerifiedAtOnce == 0) {
            const auto some = std::span{all}.subspan(i);
            record::verify_ahead(some.first(std::min(some.size(), record::kVerifiedAtOnce)), key, log);
        }
        ensure(apply(*all[i], chain[i].index).effective(), "what was said stands");
    }
}

std::string list(const std::vector<double>& values) {
    std::string text;
    for (const auto value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
    return '[' + text + ']';
}

}  // namespace

int main(int argc, char** argv) {
    const auto each = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;

    tests::World world;
    const auto senegal = world.found("SEN");
    const auto france = world.found("FRA");
    world.pin_all({senegal, france});
    const auto dossier = world.open(*senegal, {world.ref(*france)}, {model::Onward::participants_only, {}, {}});
    for (std::size_t i = 0; i < each; ++i) {
        world.must(*senegal, senegal->register_chain, record::PublisherSet{senegal->authority, i % 2 == 0});
        world.add_entry(*senegal, dossier);
    }
    const auto registered = chain_of(world, senegal->register_chain);
    const auto entries = chain_of(world, dossier);
    const auto count = registered.size() + entries.size();

    // As many signatures over as many bytes, with one key.
    const auto key = crypto::SigningKey::generate(crypto::system_random());
    const auto verify_key = key.verify_key();
    std::vector<std::pair<Bytes, crypto::Signature>> bare;
    for (const auto* chain : {&registered, &entries}) {
        for (const auto& stored : *chain) {
            auto message = to_bytes(stored.envelope);
            const auto signature = key.sign(message);
            bare.emplace_back(std::move(message), signature);
        }
    }
    const auto policy = record::LogPolicy::parse(world.log_policy());
    ensure(policy.has_value(), "the world has a policy");
    const auto& log = policy->log();
    std::vector<double> replayed;
    std::vector<double> verified;
    for (int round = 0; round < rounds; ++round) {
        replayed.push_back(seconds_alone([&] {
            record::Register reg{senegal->register_chain};
            record::KeysBrought keys;
            replay(
                registered, log,
                [&](const auto& statements) -> record::KeyOfAuthor {
                    for (const auto* statement : statements) keys.add(*statement);
                    return [&](const auto& statement) { return keys.of(statement); };
                },
                [&](const auto& statement, auto at) { return reg.apply(statement, at); });
            record::Dossier read{dossier};
            replay(
                entries, log,
                [&](const auto&) -> record::KeyOfAuthor {
                    return [&](const auto& statement) {
                        const auto& author = statement.statement().author;
                        return reg.key_ever(author.member, author.key);
                    };
                },
                [&](const auto& statement, auto at) { return read.apply(statement, at, world); });
        }));
        verified.push_back(seconds([&] {
            for (const auto& [message, signature] : bare) {
                ensure(verify_key.verify(message, signature), "a signature verifies");
            }
        }));
    }
    std::printf("{\"statements\":%zu,\"replay\":%s,\"ed25519\":%s}\n", count, list(replayed).c_str(),
                list(verified).c_str());
    return 0;
}
