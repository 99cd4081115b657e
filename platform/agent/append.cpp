#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kSignedFolder = "drafts/signed";
constexpr std::size_t kMostDraftBytes = 32 * 1024 * 1024;
constexpr int kResends = 3;
constexpr int kRebases = 8;

// A signed draft: nothing in it is secret. Named after its first statement.
std::string draft_name(const Package& package) {
    return std::string{kSignedFolder} + "/" + model::to_hex(package.statements.front().id());
}

Bytes encode_draft(const Package& package) {
    encoding::Json::Array envelopes;
    for (const auto& statement : package.statements) envelopes.emplace_back(statement.encode());
    encoding::Json::Array blobs;
    for (const auto& blob : package.blobs) blobs.emplace_back(encoding::base64_encode(blob.data));
    return to_bytes(encoding::encode_canonical_json(
        encoding::Json::Object{{"blobs", std::move(blobs)}, {"envelopes", std::move(envelopes)}}));
}

Result<Package> decode_draft(ByteView bytes) {
    const auto damaged = [] { return fail(ErrorCode::invalid_input, "draft.damaged"); };
    const auto json = encoding::parse_canonical_json(as_text(bytes), kMostDraftBytes);
    const auto* fields = json ? json->object() : nullptr;
    if (fields == nullptr || !fields->contains("blobs") || !fields->contains("envelopes")) return damaged();
    const auto* envelopes = fields->at("envelopes").array();
    const auto* blobs = fields->at("blobs").array();
    if (envelopes == nullptr || blobs == nullptr || envelopes->empty()) return damaged();
    Package package;
    for (const auto& envelope : *envelopes) {
        if (envelope.string() == nullptr) return damaged();
        ROGATORY_TRY(auto statement, record::SignedStatement::parse(*envelope.string()));
        package.add(std::move(statement));
    }
    for (const auto& blob : *blobs) {
        auto data = blob.string() == nullptr ? std::nullopt : encoding::base64_decode(*blob.string());
        if (!data) return damaged();
        const auto digest = crypto::sha256(*data).value();
        package.blobs.push_back({digest, *std::move(data)});
    }
    return package;
}

// The same bytes, a few times: an append is idempotent by id.
Result<> send(Agent::State& state, const Package& package) {
    ports::remote::Append request;
    for (const auto& statement : package.statements) request.envelopes.push_back(to_bytes(statement.encode()));
    request.blobs = package.blobs;
    for (int attempt = 1;; ++attempt) {
        auto answer = state.environment.server.append(request);
        if (answer) return {};
        if (answer.error().code() != ErrorCode::unavailable) return fail(std::move(answer).error());
        if (attempt == kResends) {
            return fail(ErrorCode::unavailable, "append.unsettled", answer.error().key());
        }
    }
}

const ChainCopy* copy_of(Agent::State& state, const model::ChainId& chain) {
    if (const auto* known = state.book.known(chain)) return &known->copy;
    if (const auto* known = state.dossiers.known(chain)) return &known->copy;
    for (const auto& [dossier, known] : state.dossiers.all()) {
        for (const auto& [authority, receipts] : known->receipts) {
            if (receipts->copy.chain() == chain) return &receipts->copy;
        }
    }
    return nullptr;
}

enum class Settled { stands, superseded };

// What the verified chains say became of a package. integrity when they say neither: a conflict that is none, or a 201
// for what the log does not have.
Result<Settled> look_up(Agent::State& state, const Package& package, std::string_view if_neither) {
    for (const auto& statement : package.statements) {
        ROGATORY_TRY_VOID(state.refresh(statement.statement().chain));
    }
    const auto& first = package.statements.front();
    const auto* copy = copy_of(state, first.statement().chain);
    if (copy != nullptr && first.statement().seq < copy->items().size()) {
        const auto& there = copy->items()[first.statement().seq].statement.id();
        return there == first.id() ? Settled::stands : Settled::superseded;
    }
    const auto envelope = first.encode();
    return alarm(state.environment, std::string{if_neither}, {{"envelope", as_bytes(envelope)}});
}

}  // namespace

Result<> settle_drafts(Agent::State& state) {
    ROGATORY_TRY(const auto names, state.environment.profile.list(kSignedFolder));
    for (const auto& name : names) {
        ROGATORY_TRY(const auto stored, state.environment.profile.load(name));
        if (!stored) continue;
        ROGATORY_TRY(const auto package, decode_draft(*stored));
        auto sent = send(state, package);
        if (!sent && sent.error().code() == ErrorCode::unavailable) return sent;
        if (sent || sent.error().code() == ErrorCode::conflict) {
            ROGATORY_TRY(const auto outcome,
                         look_up(state, package, sent ? "append.not_logged" : "append.lying_conflict"));
            if (outcome == Settled::superseded) state.environment.observer.on_notice({"draft.superseded", {}});
        } else {
            // Refused for what it is (too old by now, say): it was never taken, or it would have been answered as
            // taken.
            state.environment.observer.on_notice({"draft.refused", {{"key", sent.error().key()}}});
        }
        ROGATORY_TRY_VOID(state.environment.profile.remove(name));
    }
    return {};
}

Result<Package> append_settled(Agent::State& state, const Build& build) {
    ROGATORY_TRY_VOID(settle_drafts(state));
    for (int round = 0; round < kRebases; ++round) {
        ROGATORY_TRY(auto package, build());
        ensure(!package.statements.empty(), "something is appended");
        const auto name = draft_name(package);
        ROGATORY_TRY_VOID(state.environment.profile.save(name, encode_draft(package)));
        auto sent = send(state, package);
        if (!sent && sent.error().code() != ErrorCode::conflict) {
            if (sent.error().code() != ErrorCode::unavailable)
                ROGATORY_TRY_VOID(state.environment.profile.remove(name));
            return fail(std::move(sent).error());
        }
        ROGATORY_TRY(const auto outcome, look_up(state, package, sent ? "append.not_logged" : "append.lying_conflict"));
        ROGATORY_TRY_VOID(state.environment.profile.remove(name));
        if (outcome == Settled::stands) return package;
    }
    return fail(ErrorCode::unavailable, "append.busy");
}

}  // namespace rogatory::agent
