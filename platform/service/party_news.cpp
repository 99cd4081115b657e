#include "platform/service/party_news.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "platform/service/context_state.hpp"
#include "platform/service/outbox.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kLinesAtOnce = 500;

struct State {
    std::uint64_t news = 0;   // how often something was new for it
    std::uint64_t told = 0;   // how much of that it knows of
    std::uint64_t trail = 0;  // the newest line of its part of the audit trail that was looked at
};

std::string name_of(const std::string& code) { return "webhook." + code; }

std::optional<State> state_of(const ports::Repositories& repositories, const std::string& code) {
    const auto kept = repositories.journal().value(name_of(code));
    if (!kept || kept->size() != 3 * sizeof(std::uint64_t)) return std::nullopt;
    std::array<std::uint64_t, 3> numbers{};
    for (std::size_t i = 0; i < kept->size(); ++i) {
        auto& number = numbers.at(i / sizeof(std::uint64_t));
        number = number << 8U | (*kept)[i];
    }
    return State{numbers[0], numbers[1], numbers[2]};
}

void keep(ports::Repositories& repositories, const std::string& code, const State& state) {
    auto bytes = to_bytes(ByteView{crypto::big_endian(state.news)});
    append(bytes, crypto::big_endian(state.told));
    append(bytes, crypto::big_endian(state.trail));
    repositories.journal().set_value(name_of(code), bytes);
}

bool is_of_a_session(const std::string& action) {
    constexpr std::array<std::string_view, 4> kActions{"session.started", "session.stepped_up", "session.ended",
                                                       "session.refused"};
    return std::ranges::find(kActions, action) != kActions.end();
}

// Looks at what the trail has since, and moves `trail` to its end.
bool is_news_in_trail(const ports::Repositories& repositories, const std::string& code, State& state) {
    const auto newest = repositories.journal().newest_audit(code);
    bool news = false;
    for (auto after = state.trail; !news && after < newest;) {
        const auto lines = repositories.journal().party_audit_after(code, after, kLinesAtOnce);
        if (lines.empty()) break;
        news = std::ranges::any_of(lines, [](const auto& line) { return !is_of_a_session(line.row.action); });
        after = lines.back().number;
    }
    state.trail = newest;
    return news;
}

}  // namespace

// What came before is not read: all are told, and what there is to tell of it is nothing more. So a year of it costs no
// more than a minute.
bool PartyNews::begin(const std::vector<std::string>& codes) {
    const auto kept = context_.store.write([&codes](ports::Repositories& repositories) -> Result<> {
        auto& journal = repositories.journal();
        journal.set_value(kPlaceOfWebhooks, crypto::big_endian(journal.newest_outbox({})));
        for (const auto& code : codes) {
            if (!repositories.parties().find(code)) continue;
            auto state = state_of(repositories, code).value_or(State{});
            ++state.news;
            state.trail = journal.newest_audit(code);
            keep(repositories, code, state);
        }
        return {};
    });
    begun_ = kept.has_value();
    return begun_;
}

bool PartyNews::take_up(const std::vector<std::string>& codes) {
    if (!begun_ && !begin(codes)) return false;
    return take_up_outbox(context_, kPlaceOfWebhooks,
                          [&codes](ports::Repositories& repositories, const std::vector<ports::OutboxRow>& rows) {
                              std::set<ports::ChainId> chains;
                              for (const auto& row : rows) {
                                  if (const auto chain = chain_of(row)) chains.insert(*chain);
                              }
                              std::set<std::string> reading;
                              for (const auto& chain : chains) {
                                  for (auto& code : repositories.parties().codes_reading(chain))
                                      reading.insert(std::move(code));
                              }
                              for (const auto& code : codes) {
                                  auto state = reading.contains(code) ? state_of(repositories, code) : std::nullopt;
                                  if (!state) continue;
                                  ++state->news;
                                  keep(repositories, code, *state);
                              }
                          });
}

std::vector<UntoldParty> PartyNews::untold(const std::vector<std::string>& codes) {
    if (!begun_ && !begin(codes)) return {};
    std::vector<std::pair<std::string, State>> changed;
    auto untold = context_.store.read([&](const ports::Repositories& repositories) {
        std::vector<UntoldParty> list;
        for (const auto& code : codes) {
            const auto party = repositories.parties().find(code);
            if (!party || party->suspended_at) continue;
            const auto kept = state_of(repositories, code);
            auto state = kept.value_or(State{1, 0, repositories.journal().newest_audit(code)});
            if (kept && is_news_in_trail(repositories, code, state)) ++state.news;
            if (!kept || state.trail != kept->trail) changed.emplace_back(code, state);
            if (state.news > state.told) list.push_back({code, state.news});
        }
        return list;
    });
    if (changed.empty()) return untold;
    const auto kept = context_.store.write([&changed](ports::Repositories& repositories) -> Result<> {
        for (const auto& [code, state] : changed) keep(repositories, code, state);
        return {};
    });
    // Told of what is not kept, it would not be told of what comes next under the same number.
    if (!kept) {
        std::erase_if(untold, [&changed](const UntoldParty& one) {
            return std::ranges::any_of(changed, [&one](const auto& other) { return other.first == one.code; });
        });
    }
    return untold;
}

void PartyNews::told(const UntoldParty& party) {
    (void)context_.store.write([&party](ports::Repositories& repositories) -> Result<> {
        auto state = state_of(repositories, party.code);
        if (!state || state->told >= party.news) return {};
        state->told = party.news;
        keep(repositories, party.code, *state);
        return {};
    });
}

}  // namespace rogatory::service
