#include "tests/casework/load/loader.hpp"

#include <stdexcept>

#include "tests/support/must.hpp"

namespace rogatory::test {
namespace {

template <class Enum>
Enum word(const std::string& text) {
    const auto value = model::parse_name<Enum>(text);
    if (!value) throw std::runtime_error{"the plan: unknown word " + text};
    return *value;
}

// Art. 96(2), with a person, an account and what is asked about them: sealed, and so never in a figure.
model::RequestContent content_of(const PlannedRequest& request) {
    model::RequestContent content;
    model::RequestBlocks blocks;
    blocks.assistance = "Assistance under Art. 93(1), reference " + request.reference;
    blocks.facts = "Payments of 2019 and 2020 through accounts in " + request.requested + ".";
    blocks.procedure = "Certified copies; the holder is not to be told.";
    content.blocks = blocks;
    model::Person person;
    person.key = "p1";
    person.name = "Subject of " + request.reference;
    content.persons.push_back(person);
    model::Account account;
    account.key = "acc-1";
    account.institution = "Bank of " + request.requested;
    account.number = request.reference;
    account.holder = "p1";
    content.accounts.push_back(account);
    return content;
}

}  // namespace

void Loader::run_until(UnixSeconds end) {
    for (; next_ < plan_.acts.size() && plan_.acts[next_].at <= end; ++next_) {
        const auto& act = plan_.acts[next_];
        people_.move_clock(act.at);
        try {
            perform(act);
        } catch (const std::exception& failure) {
            throw std::runtime_error{plan_.requests[act.request].reference + ", " + act.act + " by " + act.by + ": " +
                                     failure.what()};
        }
        ++counts_.acts;
    }
    people_.move_clock(end);
}

void Loader::perform(const PlannedAct& act) {
    auto& state = states_[act.request];
    auto& agent = people_.of(act.by);
    if (act.act == "send") return send(act, state);
    if (act.act == "open") return open(act, state);
    if (act.act == "acknowledge") return must(agent::acknowledge_request(agent, state.chain));
    if (act.act == "reply") return reply(act, state);
    if (act.act == "status") return set_status(act, state);
    if (act.act == "remind") {
        must(agent::remind(agent, state.chain, act.reason));
        return;
    }
    if (act.act == "propose_due") return must(agent::propose_due(agent, state.chain, act.date, act.reason));
    if (act.act == "agree_due") {
        const auto view = must(agent::show_request(agent, state.chain));
        if (!view.proposal) throw std::runtime_error{"no due date is proposed"};
        return must(agent::agree_due(agent, state.chain, view.proposal->id));
    }
    if (act.act == "record") {
        ++counts_.off_platform;
        return must(agent::record_off_platform(
            agent, {state.chain, act.outside, act.medium, act.date, act.reason, std::nullopt}));
    }
    if (act.act == "confirm") return confirm(act, state);
    if (act.act == "disclose") return must(agent::disclose_routing(agent, state.chain));
    throw std::runtime_error{"the plan: unknown act " + act.act};
}

void Loader::send(const PlannedAct& act, State& state) {
    const auto& planned = plan_.requests[act.request];
    agent::RequestOrder order;
    order.form.title = "Request " + planned.reference;
    order.form.routing.reference = planned.reference;
    order.form.routing.nature = word<model::Nature>(planned.nature);
    for (const auto& kind : planned.kinds) order.form.routing.kinds.push_back(word<model::Assistance>(kind));
    order.form.routing.urgency = planned.urgent ? model::Urgency::urgent : model::Urgency::ordinary;
    order.form.routing.language = planned.language;
    order.form.due = planned.due;
    order.form.unconfirmed = planned.unconfirmed;
    order.form.content = content_of(planned);
    order.to = planned.requested;
    order.off_platform = !planned.has_account;
    order.confidential = planned.confidential;
    order.message = "Please see the six blocks.";
    const auto sent = must(agent::send_request(people_.of(act.by), order));
    state.chain = sent.chain;
    state.entries.push_back(sent.seq);
}

void Loader::reply(const PlannedAct& act, State& state) {
    agent::ReplyOrder order;
    order.chain = state.chain;
    order.title = "Reply";
    order.message = "In reply to " + plan_.requests[act.request].reference;
    if (!act.file.empty()) {
        agent::SourceFile file;
        file.path = people_.cast.write("reply.txt", act.file);
        file.name = "reply.txt";
        file.type = "text/plain";
        order.files.push_back(file);
        ++counts_.files;
    }
    order.status = step_of(act, state);
    const auto sent = must(agent::reply_to_request(people_.of(act.by), order, nullptr));
    state.entries.push_back(sent.seq);
}

void Loader::open(const PlannedAct& act, State& state) {
    const auto directory = people_.cast.folder / "opened";
    for (const auto seq : state.entries) {
        const auto got = must(agent::get(people_.of(act.by), {state.chain, seq, directory, true}));
        if (!got.missing.empty()) throw std::runtime_error{"a file does not open: " + got.missing.front().second};
        for (const auto& file : got.files) std::filesystem::remove(file.path);
        counts_.opened += got.entries.size();
    }
    state.entries.clear();
}

agent::StatusOrder Loader::step_of(const PlannedAct& act, const State& state) const {
    agent::StatusOrder order;
    order.chain = state.chain;
    order.to = act.to;
    order.reason = act.reason;
    order.decision = act.decision;
    order.remark = act.remark;
    order.in_part = act.in_part;
    for (const auto& one : act.obstacles) order.obstacles.push_back({one.code, one.text, {}});
    return order;
}

void Loader::set_status(const PlannedAct& act, const State& state) {
    must(agent::set_request_status(people_.of(act.by), step_of(act, state)));
}

void Loader::confirm(const PlannedAct& act, const State& state) {
    const auto view = must(agent::show_request(people_.of(act.by), state.chain));
    if (view.to_confirm.empty()) throw std::runtime_error{"there is nothing to confirm"};
    must(agent::confirm_off_platform(people_.of(act.by), state.chain, view.to_confirm.back().id));
    ++counts_.confirmed;
}

}  // namespace rogatory::test
