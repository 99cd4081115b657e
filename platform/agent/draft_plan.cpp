#include "platform/agent/draft_plan.hpp"

#include <algorithm>

#include "crypto/age/file.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/agent/draft_file.hpp"
#include "platform/base/try.hpp"
#include "platform/record/request_texts.hpp"

namespace rogatory::agent {
namespace {

using encoding::Json;

constexpr std::size_t kMostPlanBytes = 16 * 1024 * 1024;

Json::Array texts(const std::vector<std::string>& values) {
    Json::Array array;
    for (const auto& value : values) array.emplace_back(value);
    return array;
}

Json encode_policy(const PolicyOrder& policy) {
    Json::Object fields{{"caveats", texts(policy.caveats)},
                        {"handling", texts(policy.handling)},
                        {"onward", policy.onward},
                        {"words", policy.words}};
    if (policy.review_at) fields.emplace("review_at", static_cast<std::uint64_t>(*policy.review_at));
    if (policy.expires_at) fields.emplace("expires_at", static_cast<std::uint64_t>(*policy.expires_at));
    return fields;
}

Json encode_file(const OutgoingFile& file) {
    Json::Object fields{{"id", model::to_hex(file.file.id)},
                        {"location", file.ticket.location},
                        {"name", file.file.name},
                        {"path", file.source.path.string()},
                        {"salt", encoding::hex_encode(file.file.salt)},
                        {"sealed", file.sealed},
                        {"sealed_sha256", model::to_hex(file.sealed_sha256)},
                        {"sealed_size", file.sealed_size},
                        {"sha256", model::to_hex(file.file.sha256)},
                        {"size", file.file.size},
                        {"ticket", file.ticket.ticket},
                        {"type", file.file.type},
                        {"uploaded", file.uploaded}};
    if (file.from) {
        fields.emplace("from_attachment", model::to_hex(file.from->attachment));
        fields.emplace("from_chain", model::to_hex(file.from->chain));
        fields.emplace("from_seq", file.from->seq);
    }
    return fields;
}

// Reads fields of an object; remembers whether all were there.
class Fields {
public:
    explicit Fields(const Json& json) : object_{json.object()}, good_{object_ != nullptr} {}

    std::string text(std::string_view name) {
        const auto* value = get(name);
        const auto* string = value == nullptr ? nullptr : value->string();
        good_ = good_ && string != nullptr;
        return string == nullptr ? std::string{} : *string;
    }
    std::uint64_t number(std::string_view name) {
        const auto* value = get(name);
        const auto* integer = value == nullptr ? nullptr : value->integer();
        good_ = good_ && integer != nullptr;
        return integer == nullptr ? 0 : *integer;
    }
    bool flag(std::string_view name) {
        const auto* value = get(name);
        const auto* boolean = value == nullptr ? nullptr : value->boolean();
        good_ = good_ && boolean != nullptr;
        return boolean != nullptr && *boolean;
    }
    Json::Array array(std::string_view name) {
        const auto* value = get(name);
        const auto* rows = value == nullptr ? nullptr : value->array();
        good_ = good_ && rows != nullptr;
        return rows == nullptr ? Json::Array{} : *rows;
    }
    std::vector<std::string> texts(std::string_view name) {
        std::vector<std::string> values;
        for (const auto& row : array(name)) {
            good_ = good_ && row.string() != nullptr;
            if (row.string() != nullptr) values.push_back(*row.string());
        }
        return values;
    }
    template <class Id>
    Id id(std::string_view name) {
        const auto parsed = model::parse_hex<Id>(text(name));
        good_ = good_ && parsed.has_value();
        return parsed ? *parsed : Id{};
    }
    [[nodiscard]] const Json* get(std::string_view name) const {
        if (object_ == nullptr) return nullptr;
        const auto found = object_->find(name);
        return found == object_->end() ? nullptr : &found->second;
    }
    [[nodiscard]] bool good() const noexcept { return good_; }

private:
    const Json::Object* object_;
    bool good_;
};

Result<PolicyOrder> decode_policy(const Json& json) {
    Fields fields{json};
    PolicyOrder policy;
    policy.caveats = fields.texts("caveats");
    policy.handling = fields.texts("handling");
    policy.onward = fields.text("onward");
    policy.words = fields.text("words");
    if (fields.get("review_at") != nullptr) policy.review_at = static_cast<UnixSeconds>(fields.number("review_at"));
    if (fields.get("expires_at") != nullptr) policy.expires_at = static_cast<UnixSeconds>(fields.number("expires_at"));
    if (!fields.good()) return draft_damaged();
    return policy;
}

Result<OutgoingFile> decode_file(const Json& json) {
    Fields fields{json};
    OutgoingFile file;
    file.file.id = fields.id<model::AttachmentId>("id");
    file.ticket = {fields.text("location"), fields.text("ticket")};
    file.file.name = fields.text("name");
    file.source.path = fields.text("path");
    file.source.name = file.file.name;
    const auto salt = encoding::hex_decode_array<32>(fields.text("salt"));
    file.sealed = fields.flag("sealed");
    file.sealed_sha256 = fields.id<model::Digest>("sealed_sha256");
    file.sealed_size = fields.number("sealed_size");
    file.file.sha256 = fields.id<model::Digest>("sha256");
    file.file.size = fields.number("size");
    file.file.type = fields.text("type");
    file.uploaded = fields.flag("uploaded");
    if (fields.get("from_chain") != nullptr) {
        file.from = DraftOrigin{fields.id<model::ChainId>("from_chain"), fields.number("from_seq"),
                                fields.id<model::AttachmentId>("from_attachment")};
    }
    if (!fields.good() || !salt) return draft_damaged();
    file.file.salt = *salt;
    return file;
}

// Language versions and enquiries.
void encode_casework(Json::Object& fields, const DraftPlan& plan) {
    if (plan.language) fields.emplace("language", *plan.language);
    if (plan.version) fields.emplace("version", record::write_language_version(*plan.version));
    if (plan.enquiry) fields.emplace("enquiry", record::write_enquiry(*plan.enquiry));
    if (plan.answer) fields.emplace("answer", record::write_enquiry_answer(*plan.answer));
    if (plan.versions.empty()) return;
    Json::Array versions;
    for (const auto& one : plan.versions) {
        Json::Object each{{"title", one.title}, {"version", record::write_language_version(one.version)}};
        if (one.content) each.emplace("content", record::write_content(*one.content));
        versions.emplace_back(std::move(each));
    }
    fields.emplace("versions", std::move(versions));
}

template <class Value>
Result<> read_into(const Json* json, std::optional<Value>& value, std::optional<Value> (*read)(const Json&)) {
    if (json == nullptr) return {};
    value = read(*json);
    return value ? Result<>{} : Result<>{draft_damaged()};
}

Result<> decode_casework(Fields& fields, DraftPlan& plan) {
    if (fields.get("language") != nullptr) plan.language = fields.text("language");
    ROGATORY_TRY_VOID(read_into(fields.get("version"), plan.version, record::read_language_version));
    ROGATORY_TRY_VOID(read_into(fields.get("enquiry"), plan.enquiry, record::read_enquiry));
    ROGATORY_TRY_VOID(read_into(fields.get("answer"), plan.answer, record::read_enquiry_answer));
    if (fields.get("versions") == nullptr) return {};
    for (const auto& row : fields.array("versions")) {
        Fields each{row};
        PlannedVersion planned;
        planned.title = each.text("title");
        std::optional<model::LanguageVersion> version;
        ROGATORY_TRY_VOID(read_into(each.get("version"), version, record::read_language_version));
        ROGATORY_TRY_VOID(read_into(each.get("content"), planned.content, record::read_content));
        if (!each.good() || !version) return draft_damaged();
        planned.version = *std::move(version);
        plan.versions.push_back(std::move(planned));
    }
    return {};
}

}  // namespace

std::string fresh_plan_name() { return encoding::hex_encode(crypto::system_random().bytes<8>()); }

Result<> save_plan(const Agent::State& state, const DraftPlan& plan) {
    Json::Array to;
    for (const auto& authority : plan.to) {
        to.emplace_back(
            Json::Object{{"authority", model::to_hex(authority.authority)}, {"party", model::to_hex(authority.party)}});
    }
    Json::Array files;
    for (const auto& file : plan.files) files.push_back(encode_file(file));
    Json::Object fields{{"at", static_cast<std::uint64_t>(plan.at)},
                        {"chain", model::to_hex(plan.chain)},
                        {"epoch", plan.epoch},
                        {"files", std::move(files)},
                        {"message", plan.message},
                        {"opens", plan.opens},
                        {"title", plan.title},
                        {"to", std::move(to)},
                        {"to_text", texts(plan.to_text)}};
    if (plan.basis) fields.emplace("basis", model::to_hex(*plan.basis));
    if (plan.identity) fields.emplace("identity", std::string{plan.identity->encode().expose_secret()});
    if (plan.policy) fields.emplace("policy", encode_policy(*plan.policy));
    if (plan.content) fields.emplace("content", record::write_content(*plan.content));
    if (plan.draft) fields.emplace("draft", record::write_draft(*plan.draft));
    if (plan.work) fields.emplace("work", record::write_version(*plan.work));
    if (plan.report_row) fields.emplace("report_row", record::write_row(*plan.report_row));
    if (plan.row_answer) {
        fields.emplace("row_answer", std::string{model::name_of(plan.row_answer->answer)});
        fields.emplace("row_answered", model::to_hex(plan.row_answer->row));
    }
    if (plan.closes) fields.emplace("closes", model::to_hex(*plan.closes));
    encode_casework(fields, plan);
    if (plan.request) {
        fields.emplace("routing", record::write_routing(plan.request->routing));
        if (const auto& withheld = plan.request->withheld) {
            fields.emplace("withheld", record::write_clear_routing(withheld->routing));
            fields.emplace("routing_salt", model::to_hex(withheld->salt));
        }
    }
    auto text = encoding::encode_canonical_json(fields);
    const auto sealed = age::seal(state.membership().identity.recipient(), as_bytes(text), crypto::system_random());
    crypto::wipe(text);
    return state.environment.profile.save(plan.file_name(), sealed);
}

Result<DraftPlan> load_plan(const Agent::State& state, std::string_view file_name) {
    ROGATORY_TRY(const auto stored, state.environment.profile.load(file_name));
    if (!stored) return fail(ErrorCode::not_found, "draft.unknown");
    const auto plaintext = age::open(state.membership().identity, *stored, age::Profile::single());
    if (!plaintext) return draft_damaged();
    const auto json = encoding::parse_canonical_json(as_text(plaintext->expose_secret()), kMostPlanBytes);
    if (!json) return draft_damaged();
    Fields fields{*json};
    DraftPlan plan;
    const auto slash = file_name.rfind('/');
    plan.name = file_name.substr(slash + 1, file_name.rfind('.') - slash - 1);
    plan.at = static_cast<UnixSeconds>(fields.number("at"));
    plan.chain = fields.id<model::ChainId>("chain");
    plan.epoch = fields.number("epoch");
    plan.message = fields.text("message");
    plan.opens = fields.flag("opens");
    plan.title = fields.text("title");
    plan.to_text = fields.texts("to_text");
    for (const auto& row : fields.array("to")) {
        Fields each{row};
        plan.to.push_back({each.id<model::PartyId>("party"), each.id<model::AuthorityId>("authority")});
        if (!each.good()) return draft_damaged();
    }
    for (const auto& row : fields.array("files")) {
        ROGATORY_TRY(auto file, decode_file(row));
        plan.files.push_back(std::move(file));
    }
    if (fields.get("basis") != nullptr) plan.basis = fields.id<model::StatementId>("basis");
    if (fields.get("identity") != nullptr) {
        ROGATORY_TRY(plan.identity, age::HybridIdentity::parse(fields.text("identity")));
    }
    if (const auto* policy = fields.get("policy")) {
        ROGATORY_TRY(plan.policy, decode_policy(*policy));
    }
    if (const auto* content = fields.get("content")) {
        plan.content = record::read_content(*content);
        if (!plan.content) return draft_damaged();
    }
    if (const auto* draft = fields.get("draft")) {
        plan.draft = record::read_draft(*draft);
        if (!plan.draft) return draft_damaged();
    }
    if (const auto* work = fields.get("work")) {
        plan.work = record::read_version(*work);
        if (!plan.work) return draft_damaged();
    }
    if (const auto* row = fields.get("report_row")) {
        plan.report_row = record::read_row(*row);
        if (!plan.report_row) return draft_damaged();
    }
    if (fields.get("row_answer") != nullptr) {
        const auto answer = model::parse_name<model::RowAnswer>(fields.text("row_answer"));
        if (!answer) return draft_damaged();
        plan.row_answer = {*answer, fields.id<model::StatementId>("row_answered")};
    }
    if (fields.get("closes") != nullptr) plan.closes = fields.id<model::ChainId>("closes");
    ROGATORY_TRY_VOID(decode_casework(fields, plan));
    if (const auto* routing = fields.get("routing")) {
        auto read = record::read_routing(*routing);
        if (!read) return draft_damaged();
        plan.request = RequestPlan{*std::move(read), std::nullopt};
    }
    if (const auto* withheld = fields.get("withheld")) {
        auto read = record::read_clear_routing(*withheld);
        if (!read || !plan.request) return draft_damaged();
        plan.request->withheld = {*std::move(read), fields.id<record::RoutingSalt>("routing_salt")};
    }
    if (!fields.good() || plan.opens != plan.identity.has_value()) return draft_damaged();
    return plan;
}

Result<std::vector<DraftPlan>> all_plans(const Agent::State& state) {
    ROGATORY_TRY(const auto names, state.environment.profile.list("drafts/plan"));
    std::vector<DraftPlan> plans;
    for (const auto& name : names) {
        if (auto plan = load_plan(state, name)) plans.push_back(*std::move(plan));
    }
    return plans;
}

Result<> require_not_being_sent(const Agent::State& state, const model::ChainId& draft) {
    ROGATORY_TRY(const auto plans, all_plans(state));
    if (std::any_of(plans.begin(), plans.end(), [&](const auto& plan) { return plan.closes == draft; })) {
        return fail(ErrorCode::conflict, "draft.being_sent");
    }
    return {};
}

Result<> remove_plan(Agent::State& state, const DraftPlan& plan) {
    for (const auto& file : plan.files) ROGATORY_TRY_VOID(state.environment.profile.remove(file.stage_name()));
    return state.environment.profile.remove(plan.file_name());
}

}  // namespace rogatory::agent
