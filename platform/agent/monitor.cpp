#include "platform/agent/monitor.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kSignedFile = "monitor/signed";
constexpr std::size_t kMostNotices = 5;

std::string mark_of(std::string_view what, const model::ChainId& chain) {
    return "monitor/" + std::string{what} + "-" + model::to_hex(chain).substr(0, 16);
}

Result<std::optional<std::uint64_t>> load_mark(const ports::ProfileStore& profile, const std::string& name) {
    ROGATORY_TRY(const auto stored, profile.load(name));
    if (!stored) return std::nullopt;
    const auto text = as_text(*stored);
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return length;
}

Result<> save_mark(ports::ProfileStore& profile, const std::string& name, std::uint64_t length) {
    const auto text = std::to_string(length);
    return profile.save(name, as_bytes(text));
}

Result<std::set<Hash>> signed_here(const ports::ProfileStore& profile) {
    std::set<Hash> ids;
    ROGATORY_TRY(const auto stored, profile.load(kSignedFile));
    if (!stored) return ids;
    for (std::size_t at = 0; at + 32 <= stored->size(); at += 32) {
        Hash id{};
        std::copy_n(stored->begin() + static_cast<std::ptrdiff_t>(at), id.size(), id.begin());
        ids.insert(id);
    }
    return ids;
}

Result<std::vector<RegisterNews>> news_since(const Agent::State& state, std::uint64_t from) {
    ROGATORY_TRY(const auto mine, signed_here(state.environment.profile));
    const auto* known = state.book.known(state.own().chain());
    const auto& items = known->copy.items();
    std::vector<RegisterNews> rows;
    for (auto i = static_cast<std::size_t>(from); i < items.size() && i < known->outcomes.size(); ++i) {
        const auto& content = items[i].statement.statement();
        RegisterNews row;
        row.id = items[i].statement.id().value();
        if (mine.contains(row.id)) continue;
        row.seq = i;
        row.index = items[i].index;
        row.kind = record::to_text(content.kind());
        row.member = content.author.member.value();
        // As of the statement: who signed it may have left since.
        const auto person = state.own().member(content.author.member, items[i].index + 1);
        if (person) row.member_name = person->display_name.text();
        row.at = content.at;
        row.signed_by = content.author.member == state.membership().member ? "own_key_elsewhere" : "colleague";
        row.void_ = !known->outcomes[i].effective();
        row.counting = items[i].index < state.log.counting_size();
        row.disputed = state.log.disputed(items[i].index, content.at);
        rows.push_back(std::move(row));
    }
    return rows;
}

std::uint64_t length_of(const Agent::State& state) {
    return state.book.known(state.own().chain())->copy.items().size();
}

}  // namespace

Result<std::vector<RegisterNews>> register_news(Agent& agent) {
    ROGATORY_TRY_VOID(agent.synchronise());
    auto& state = agent.state();
    ROGATORY_TRY(const auto seen, load_mark(state.environment.profile, mark_of("acknowledged", state.own().chain())));
    return news_since(state, seen.value_or(0));
}

Result<> acknowledge_register(Agent& agent) {
    auto& state = agent.state();
    return save_mark(state.environment.profile, mark_of("acknowledged", state.own().chain()), length_of(state));
}

Result<> tell_register_news(Agent::State& state) {
    auto& profile = state.environment.profile;
    const auto self = state.own().member(state.membership().member);
    if (!self || !model::includes(self->role, model::Role::custodian)) return {};
    const auto name = mark_of("told", state.own().chain());
    ROGATORY_TRY(const auto told, load_mark(profile, name));
    const auto length = length_of(state);
    if (told && *told == length) return {};
    if (told) {
        ROGATORY_TRY(const auto rows, news_since(state, *told));
        for (std::size_t i = 0; i < rows.size() && i < kMostNotices; ++i) {
            state.environment.observer.on_notice(
                {rows[i].signed_by == "colleague" ? "register.news" : "register.own_key",
                 {{"kind", rows[i].kind}, {"member", rows[i].member_name}, {"seq", std::to_string(rows[i].seq)}}});
        }
        if (rows.size() > kMostNotices) {
            state.environment.observer.on_notice(
                {"register.more_news", {{"count", std::to_string(rows.size() - kMostNotices)}}});
        }
    }
    return save_mark(profile, name, length);
}

Result<> remember_signed(ports::ProfileStore& profile, const Hash& statement) {
    return profile.append_to(kSignedFile, ByteView{statement});
}

}  // namespace rogatory::agent
