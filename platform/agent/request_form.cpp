#include "platform/agent/request_form.hpp"

#include <algorithm>
#include <functional>

#include "platform/agent/normalise.hpp"
#include "platform/agent/request_fields.hpp"
#include "platform/base/try.hpp"
#include "platform/record/request_texts.hpp"

namespace rogatory::agent {
namespace {

class FormReader {
public:
    Result<RequestForm> read(std::string_view text) {
        ROGATORY_TRY(const auto normal, normalised(text));
        std::string_view rest{normal};
        if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            ++line_;
            ROGATORY_TRY_VOID(line(rest.substr(0, end)));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
        finish_block();
        return std::move(form_);
    }
    [[nodiscard]] bool has_head() const noexcept { return head_seen_; }

private:
    tl::unexpected<Error> wrong(std::string_view what) const {
        return fail(Error{ErrorCode::invalid_input, "request.form_line"}
                        .with("line", std::to_string(line_))
                        .with("what", std::string{what}));
    }

    Result<> line(std::string_view raw) {
        const auto text = trimmed(raw);
        if (text.starts_with('#')) return {};
        if (text.starts_with('[') && text.ends_with(']')) return heading(trimmed(text.substr(1, text.size() - 2)));
        if (block_ != nullptr) {
            block_text_ += std::string{raw.substr(0, raw.find_last_not_of(" \t\r") + 1)} + '\n';
            return {};
        }
        if (text.empty()) return {};
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return wrong(text);
        const auto name = trimmed(text.substr(0, colon));
        const auto value = trimmed(text.substr(colon + 1));
        if (!set_) {
            head_seen_ = true;
            return put(head_fields(), form_, name, value);
        }
        return set_(name, value);
    }

    template <class Row>
    Result<> put(const Setters<Row>& fields, Row& row, std::string_view name, std::string_view value) {
        const auto found = fields.find(name);
        if (found == fields.end()) return wrong(name);
        if (value.empty()) return {};
        return found->second(row, value) ? Result<>{} : Result<>{wrong(std::string{name} + ": " + std::string{value})};
    }

    template <class Row>
    void begin(std::vector<Row>& rows, const Setters<Row>& fields, std::string_view key) {
        rows.emplace_back().key = key;
        set_ = [this, &rows, &fields](std::string_view name, std::string_view value) {
            return put(fields, rows.back(), name, value);
        };
    }

    void finish_block() {
        if (block_ == nullptr) return;
        const auto first = block_text_.find_first_not_of('\n');
        if (first != std::string::npos) {
            if (!form_.content.blocks) form_.content.blocks.emplace();
            (*form_.content.blocks).*(*block_) =
                block_text_.substr(first, block_text_.find_last_not_of('\n') - first + 1);
        }
        block_ = nullptr;
        block_text_.clear();
    }

    Result<> heading(std::string_view text) {
        finish_block();
        set_ = nullptr;
        if (const auto found = block_fields().find(text); found != block_fields().end()) {
            block_ = &found->second;
            return {};
        }
        const auto space = text.find(' ');
        const auto kind = text.substr(0, space);
        const auto key = space == std::string_view::npos ? std::string_view{} : trimmed(text.substr(space + 1));
        if (!model::is_content_key(key)) return wrong(text);
        auto& content = form_.content;
        if (kind == "person") {
            begin(content.persons, person_fields(), key);
        } else if (kind == "entity") {
            begin(content.entities, entity_fields(), key);
        } else if (kind == "account") {
            begin(content.accounts, account_fields(), key);
        } else if (kind == "transaction") {
            begin(content.transactions, transaction_fields(), key);
        } else if (kind == "asset") {
            begin(content.assets, asset_fields(), key);
        } else if (kind == "measure") {
            begin(content.measures, measure_fields(), key);
        } else {
            return wrong(text);
        }
        return {};
    }

    RequestForm form_;
    std::size_t line_ = 0;
    bool head_seen_ = false;
    std::function<Result<>(std::string_view, std::string_view)> set_;
    const BlockMember* block_ = nullptr;
    std::string block_text_;
};

// A row that was left as the template gave it says nothing.
template <class Row>
void drop_empty(std::vector<Row>& rows) {
    std::erase_if(rows, [](const Row& row) {
        Row empty{};
        empty.key = row.key;
        return row == empty;
    });
}

Result<> check_content(model::RequestContent& content) {
    drop_empty(content.persons);
    drop_empty(content.entities);
    drop_empty(content.accounts);
    drop_empty(content.transactions);
    drop_empty(content.assets);
    drop_empty(content.measures);
    // The reader of a sealed body is the judge of what may stand in one.
    if (!record::read_content(record::write_content(content))) {
        return fail(ErrorCode::invalid_input, "request.form_content");
    }
    return {};
}

}  // namespace

Result<RequestForm> parse_request_form(std::string_view text) {
    FormReader reader;
    ROGATORY_TRY(auto form, reader.read(text));
    const auto missing = [](std::string_view what) {
        return fail(Error{ErrorCode::invalid_input, "request.form_missing"}.with("what", std::string{what}));
    };
    if (!model::is_reference(form.routing.reference)) return missing("reference");
    if (form.routing.kinds.empty()) return missing("kinds");
    if (!model::is_language(form.routing.language)) return missing("language");
    if (!form.content.blocks || !form.content.blocks->assistance) return missing("[assistance]");
    if (!form.content.blocks->facts) return missing("[facts]");
    ROGATORY_TRY_VOID(check_content(form.content));
    return form;
}

Result<RequestForm> parse_version_form(std::string_view text, std::string_view language) {
    FormReader reader;
    ROGATORY_TRY(auto form, reader.read(text));
    if (!form.routing.language.empty() && form.routing.language != language) {
        return fail(Error{ErrorCode::invalid_input, "version.form_language"}
                        .with("language", std::string{language})
                        .with("form", form.routing.language));
    }
    ROGATORY_TRY_VOID(check_content(form.content));
    if (form.content == model::RequestContent{}) {
        return fail(Error{ErrorCode::invalid_input, "request.form_missing"}.with("what", "[assistance]"));
    }
    return form;
}

Result<model::RequestContent> parse_request_content(std::string_view text) {
    FormReader reader;
    ROGATORY_TRY(auto form, reader.read(text));
    if (reader.has_head()) {
        return fail(
            Error{ErrorCode::invalid_input, "request.form_line"}.with("line", "1").with("what", "title, reference …"));
    }
    ROGATORY_TRY_VOID(check_content(form.content));
    return std::move(form.content);
}

}  // namespace rogatory::agent
