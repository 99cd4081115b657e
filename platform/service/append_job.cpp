#include "platform/service/append_job.hpp"

#include <algorithm>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/entry.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::service {

namespace {

ports::ChainKind stored_kind(record::ChainKind kind) noexcept { return static_cast<ports::ChainKind>(kind); }

Error seq_taken(const model::ChainId& chain, const std::optional<ports::ChainRow>& row) {
    auto error = Error{ErrorCode::conflict, "statement.seq_taken"}.with("chain", model::to_hex(chain));
    if (!row) return error;
    return std::move(error).with("head_seq", std::to_string(row->head_seq));
}

bool is_of(const Membership& membership, const record::Author& author) {
    return membership.register_chain == author.register_chain && membership.authority == author.authority &&
           membership.member == author.member;
}

// Whether or not his Party is suspended, or keeps him out as he comes now.
bool is_his(const std::vector<Membership>& memberships, const record::Author& author) {
    return std::any_of(memberships.begin(), memberships.end(),
                       [&](const Membership& membership) { return is_of(membership, author); });
}

// Who is kept out by his Party's own rules as he comes now is told so, and not that the statement is none of his: his
// program keeps it for when they let him in.
const char* why_not_his(const ports::Repositories& repositories, const Appender& appender,
                        const record::Author& author) {
    const auto party = repositories.parties().find_by_register(author.register_chain);
    const auto rules = repositories.parties().access(author.register_chain);
    const bool theirs = is_his(appender.memberships, author) && party && !party->suspended_at && rules;
    const char* const rule = theirs ? kept_out(*rules, appender.circumstances) : nullptr;
    return rule == nullptr ? "statement.author" : rule;
}

}  // namespace

Result<ParsedAppend> ParsedAppend::parse(const Settings& settings, const AppendRequest& request) {
    if (request.envelopes.empty() || request.envelopes.size() > settings.max_append_statements) {
        return fail(ErrorCode::too_large, "statement.too_many");
    }
    ParsedAppend parsed;
    std::size_t bytes = 0;
    for (const auto& blob : request.blobs) {
        bytes += blob.data.size();
        if (blob.data.size() > settings.max_inline_blob || bytes > settings.max_append_bytes) {
            return fail(ErrorCode::too_large, "blob.too_large");
        }
        if (crypto::sha256(blob.data) != blob.sha256 || !parsed.blobs.emplace(blob.sha256, &blob.data).second) {
            return fail(ErrorCode::invalid_input, "blob.digest");
        }
    }
    for (const auto& envelope : request.envelopes) {
        ROGATORY_TRY(auto statement, record::SignedStatement::parse(as_text(envelope)));
        parsed.statements.push_back(std::move(statement));
    }
    return parsed;
}

std::optional<std::vector<AppendJob::Stored>> standing_already(Context& context,
                                                               const std::vector<Membership>& memberships,
                                                               const ParsedAppend& append) {
    using Standing = std::optional<std::vector<AppendJob::Stored>>;
    return context.store.read([&](const ports::Repositories& repositories) -> Standing {
        std::vector<AppendJob::Stored> standing;
        for (const auto& statement : append.statements) {
            if (!is_his(memberships, statement.statement().author)) return std::nullopt;
            const auto stored = repositories.records().find_statement(statement.id());
            if (!stored) return std::nullopt;
            standing.push_back({statement.id(), stored->index, true});
        }
        return standing;
    });
}

Result<std::vector<AppendJob::Stored>> AppendJob::run() {
    std::vector<Stored> stored;
    for (const auto& statement : append_.statements) {
        ROGATORY_TRY(const auto one, take(statement));
        stored.push_back(one);
    }
    const bool all_again = std::all_of(stored.begin(), stored.end(), [](const Stored& one) { return one.again; });
    // Sent once more after a time-out, the blobs belong to statements that stand already.
    if (!all_again && used_blobs_.size() != append_.blobs.size()) {
        return fail(ErrorCode::invalid_input, "blob.superfluous");
    }
    context_.time.keep(repositories_);
    return stored;
}

const Membership* AppendJob::membership_of(const record::Author& author) const {
    for (const auto& membership : appender_.memberships) {
        if (!membership.suspended && is_of(membership, author)) return &membership;
    }
    return nullptr;
}

// How the author stands to the chain he writes to. Whose dossier it is not, to him it is not there.
Result<Tie> AppendJob::tie_of_author(const record::SignedStatement& statement, record::ChainKind kind) const {
    const auto& said = statement.statement();
    if (kind == record::ChainKind::party_register) return Tie::authority;
    // Everybody reads every board; whoever is not of its Party is refused by the board's judge.
    if (kind == record::ChainKind::notices) return Tie::authority;
    // A casebook is whose it was begun by. Its id is known to who holds that authority's keys, and to nobody else.
    if (kind == record::ChainKind::casebook) {
        const auto chain = repositories_.records().find_chain(said.chain);
        const bool own = chain && chain->kind == stored_kind(kind) && chain->authority == said.author.authority;
        if (chain && !own) return not_there();
        // Nor may it stand where another's board, receipts or casebook will.
        if (!record::is_casebook_chain(said.chain, said.author.authority)) return not_there();
        return Tie::authority;
    }
    // A dossier that does not exist yet is whoever's who opens it, and nobody's for anything else: whether there is one
    // must not show by a conflict.
    const bool opens = kind == record::ChainKind::dossier && said.seq == 0;
    if (opens && !repositories_.records().find_chain(said.chain)) return Tie::authority;
    auto dossier = std::optional{said.chain};
    if (kind == record::ChainKind::receipts) dossier = record::dossier_of(said);
    if (!dossier) return not_there();
    const auto reader = repositories_.records().find_reader(*dossier, said.author.authority);
    if (!reader) return not_there();
    if (reader->until_seq) return Tie::revoked;
    return reader->participant ? Tie::participant : Tie::past_reader;
}

// A checkpoint of our own log that is newer than ours, or another tree of the same size, says that this store was put
// back to an earlier state: from then on it only reads (protocol §5, "never fork").
Result<> AppendJob::check_seen(const record::Seen& seen) const {
    const tlog::TreeHead head{seen.size, seen.root};
    const auto& log = repositories_.log();
    if (!tlog::verify_tree_head(context_.log_key, head, seen.signature)) {
        // Of a log that has a successor: its author's Party has yet to adopt the new one, or he signed before it did.
        for (auto number = log.number(); number > 0;) {
            const auto vkey = log.verifier_key(--number);
            const auto key = vkey ? tlog::NoteKey::parse(*vkey) : fail(ErrorCode::not_found, "log.beyond");
            if (key && tlog::verify_tree_head(*key, head, seen.signature)) {
                return fail(ErrorCode::forbidden, "log.moved");
            }
        }
        return fail(ErrorCode::forbidden, "void.seen_forged");
    }
    const bool newer = seen.size > log.size();
    if (newer || log.root(seen.size) != seen.root) {
        context_.found_behind(seen.size, seen.root, seen.signature,
                              newer ? Context::Shows::larger : Context::Shows::another_tree);
        return fail(ErrorCode::unavailable, "log.read_only");
    }
    return {};
}

Result<> AppendJob::check_place(const record::SignedStatement& statement, const std::optional<ports::ChainRow>& chain,
                                record::ChainKind kind) const {
    const auto& said = statement.statement();
    // Before anything else: what another chain holds must not show by where it stands.
    if (kind == record::ChainKind::notices) {
        const auto party = repositories_.parties().find_by_register(said.author.register_chain);
        if (!party || !party->founded_id || record::notices_chain(*party->founded_id) != said.chain) {
            return fail(ErrorCode::forbidden, "void.not_the_party");
        }
    }
    const auto expected = chain ? chain->head_seq + 1 : 0;
    // What stood there is lost and its entry stands in a log that ended: nothing else may ever stand there.
    if (repositories_.log().is_lost(model::Digest{tlog::entry_label(said.chain.value(), expected).value()})) {
        return fail(ErrorCode::forbidden, "chain.lost");
    }
    if (said.seq != expected) return fail(seq_taken(said.chain, chain));
    if (chain && (chain->kind != stored_kind(kind) || said.prev != chain->head)) {
        return fail(seq_taken(said.chain, chain));
    }
    if (!chain && kind == record::ChainKind::receipts) {
        const auto dossier = record::dossier_of(said);
        if (!dossier || record::receipts_chain(*dossier, said.author.authority) != said.chain) {
            return fail(ErrorCode::invalid_input, "statement.malformed");
        }
    }
    return {};
}

Result<> AppendJob::check_clock(const record::SignedStatement& statement) const {
    const auto at = statement.statement().at;
    const auto now = context_.clock.now();
    const auto slack = context_.settings.author_clock_slack;
    if (at < now - slack || at > now + slack) return fail(ErrorCode::invalid_input, "statement.clock");
    return {};
}

ChainState AppendJob::first_state(const record::SignedStatement& statement, record::ChainKind kind) const {
    const auto& said = statement.statement();
    switch (kind) {
        case record::ChainKind::party_register:
            return record::Register{said.chain};
        case record::ChainKind::dossier:
            return record::Dossier{said.chain};
        case record::ChainKind::receipts:
        case record::ChainKind::notices:
        case record::ChainKind::casebook:
            break;
    }
    const auto party = repositories_.parties().find_by_register(said.author.register_chain);
    ensure(party && party->founded_id, "the author of a receipt, a notice or a note is a member of a Party");
    if (kind == record::ChainKind::notices) return record::NoticeBoard{*party->founded_id};
    const model::AuthorityRef whose{*party->founded_id, said.author.authority};
    if (kind == record::ChainKind::casebook) return record::Casebook{said.chain, whose};
    return record::Receipts{*record::dossier_of(said), whose};
}

Result<AppendJob::Stored> AppendJob::take(const record::SignedStatement& statement) {
    const auto& said = statement.statement();
    const auto kind = record::row(statement.kind()).chain;
    const auto* const membership = membership_of(said.author);
    const bool founds = appender_.founding && statement.kind() == record::Kind::founded;
    const bool founder =
        appender_.founding && said.author.register_chain == said.chain && kind == record::ChainKind::party_register;
    // Its author is told of what stands already, whatever became of his Party since: "refused" would be a lie.
    if (founder || is_his(appender_.memberships, said.author)) {
        if (const auto stored = repositories_.records().find_statement(statement.id())) {
            return Stored{statement.id(), stored->index, true};
        }
    }
    if (membership == nullptr && !founder)
        return fail(ErrorCode::forbidden, why_not_his(repositories_, appender_, said.author));
    if (const auto* const why = context_.closed_because()) return fail(ErrorCode::unavailable, why);
    if (!founder) {
        ROGATORY_TRY(const auto tie, tie_of_author(statement, kind));
        ROGATORY_TRY_VOID(permit(Question{Act::append, appender_.scope, appender_.kind, tie, membership->role}));
    }
    if (statement.kind() == record::Kind::founded && !founds) return fail(ErrorCode::forbidden, "statement.party");

    const auto chain = repositories_.records().find_chain(said.chain);
    ROGATORY_TRY_VOID(check_place(statement, chain, kind));
    ROGATORY_TRY_VOID(check_clock(statement));
    ROGATORY_TRY_VOID(check_seen(said.seen));
    ROGATORY_TRY_VOID(check_access(statement));
    if (!founder) ROGATORY_TRY_VOID(check_room(statement));
    ROGATORY_TRY(const auto index, store(statement, chain, kind));
    // A register is its whole Party's; anything else is the author's authority's.
    const auto whose = kind == record::ChainKind::party_register ? std::nullopt : std::optional{said.author.authority};
    context_.audit(repositories_, appender_.actor, "statement.appended",
                   std::string{record::to_text(statement.kind())} + " " + model::to_hex(said.chain) + " " +
                       std::to_string(said.seq),
                   Context::concerns_of(repositories_, said.author.register_chain, whose));
    context_.notify(repositories_, "chain.changed", model::to_hex(said.chain));
    // The delay is there for whoever must hear of it.
    if (const auto* const approved = statement.body<record::RecoveryApproved>()) {
        context_.notify(repositories_, "recovery.approved", model::to_hex(approved->authority));
    }
    return Stored{statement.id(), index, false};
}

// Judges it in its chain and files it with everything that follows from it.
Result<std::uint64_t> AppendJob::store(const record::SignedStatement& statement,
                                       const std::optional<ports::ChainRow>& chain, record::ChainKind kind) {
    const auto& said = statement.statement();
    const auto index = repositories_.log().next_index();
    auto state = states_.next(said.chain);
    if (!state) state = std::make_unique<ChainState>(first_state(statement, kind));
    const auto before = head_of(*state);
    const auto judged = states_.apply(statement, index, *state);
    if (!judged) return not_there();
    const auto& outcome = *judged;
    if (!outcome.effective()) return fail(outcome.refusal());

    if (!chain) {
        ports::ChainRow row;
        row.chain = said.chain;
        row.kind = stored_kind(kind);
        row.head = statement.id();
        row.last_index = index;
        if (kind == record::ChainKind::receipts) row.dossier = record::dossier_of(said);
        if (kind == record::ChainKind::receipts || kind == record::ChainKind::casebook) {
            row.authority = said.author.authority;
        }
        if (const auto* const board = std::get_if<record::NoticeBoard>(state.get())) row.party = board->party();
        repositories_.records().create_chain(row);
    }
    const tlog::Entry entry{tlog::entry_label(said.chain.value(), said.seq), crypto::Digest{statement.id().value()}};
    repositories_.records().add_statement({.index = index,
                                           .id = statement.id(),
                                           .chain = said.chain,
                                           .seq = said.seq,
                                           .entry = entry.bytes(),
                                           .envelope = to_bytes(statement.encode()),
                                           .appended_at = restoring() ? said.at : context_.clock.now()});
    if (statement.kind() == record::Kind::founded) ROGATORY_TRY_VOID(found_party(statement));
    ROGATORY_TRY_VOID(introduce(said, index));
    ROGATORY_TRY_VOID(take_blobs(said, *state));
    carry_out(statement, outcome, *state);
    states_.put(statement, before, std::move(state));
    return index;
}

// Statements and what travels in them fill the same device as uploads do, and count against the same quota.
Result<> AppendJob::check_room(const record::SignedStatement& statement) const {
    const auto& author = *membership_of(statement.statement().author);
    std::uint64_t bytes = statement.envelope().payload.size();
    for (const auto& need : record::needs(statement.statement()).blobs) {
        if (const auto brought = append_.blobs.find(need.sha256); brought != append_.blobs.end()) {
            bytes += brought->second->size();
        }
    }
    // What is kept free is for sessions, removals and withdrawals, which carry little.
    if (!append_.blobs.empty() && context_.blobs.free_bytes() == 0) {
        return fail(ErrorCode::storage_full, "storage.full", "reserve");
    }
    auto& records = repositories_.records();
    const auto& attachments = repositories_.attachments();
    const auto over = [](const char* what) {
        return fail(Error{ErrorCode::too_many, "upload.quota"}.with("what", what));
    };
    if (records.bytes_of_authority(author.authority) + attachments.usage_of_authority(author.authority).bytes + bytes >
        context_.settings.bytes_per_authority) {
        return over("authority.bytes");
    }
    if (records.bytes_of_party(author.party) + attachments.usage_of_party(author.party).bytes + bytes >
        context_.settings.bytes_per_party) {
        return over("party.bytes");
    }
    records.count_bytes(author.party, author.authority, bytes);
    return {};
}

Result<> AppendJob::found_party(const record::SignedStatement& statement) {
    const auto* const founded = statement.body<record::Founded>();
    Appender::Founding founding;
    if (restoring()) {
        ROGATORY_TRY(founding.party, party_to_restore(*founded));
        founding.code = founded->code.text();
    } else {
        founding = *appender_.founding;
    }
    if (founded->code.text() != founding.code || (founding.member && founded->member != *founding.member)) {
        return fail(ErrorCode::forbidden, "statement.party");
    }
    const auto party = repositories_.parties().find_by_id(founding.party);
    ensure(party.has_value(), "a founder's invitation has its Party");
    if (party->founded_id) {
        // Only as the one that follows: two registers of one code that know nothing of one another are an alarm.
        if (!founded->succeeds || founded->succeeds->party != *party->founded_id)
            return fail(ErrorCode::forbidden, "statement.party");
        context_.notify(repositories_, "party.founded_anew", party->code);
        return repositories_.parties().set_founded_anew(founding.party, statement.statement().chain,
                                                        model::party_of(statement.id()), context_.time.now());
    }
    if (founded->succeeds) return fail(ErrorCode::forbidden, "statement.party");
    return repositories_.parties().set_founded(founding.party, statement.statement().chain,
                                               model::party_of(statement.id()));
}

Result<> AppendJob::introduce(const record::Statement& statement, std::uint64_t index) {
    auto introduced = record::introduces(statement);
    // `invited` announces ids that every member of every Party can read: from here on they are its register's.
    if (const auto* const invited = std::get_if<record::Invited>(&statement.body)) {
        introduced.members.push_back(invited->member);
        if (invited->purpose == record::InvitationPurpose::authority)
            introduced.authorities.push_back(invited->authority);
    }
    bool fresh = true;
    const auto add = [&](ports::IntroducedKind kind, const auto& ids, std::optional<model::ChainId> owner) {
        for (const auto& id : ids) fresh = repositories_.records().introduce(kind, id.value(), owner, index) && fresh;
    };
    add(ports::IntroducedKind::authority, introduced.authorities, statement.chain);
    add(ports::IntroducedKind::member, introduced.members, statement.chain);
    add(ports::IntroducedKind::invitation, introduced.invitations, std::nullopt);
    add(ports::IntroducedKind::attachment, introduced.attachments, std::nullopt);
    if (!fresh) return fail(ErrorCode::conflict, "statement.id_taken");
    return {};
}

}  // namespace rogatory::service
