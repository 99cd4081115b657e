#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rogatory::test {

namespace json = boost::json;

// web/api/openapi.yaml, as far as our tests need it: its operations, and JSON Schema for what it uses of it. A keyword
// that this does not know fails loudly, so that a rule in the contract can never be written in vain.
class Contract {
public:
    Contract();  // reads the JSON that CMake made of the YAML

    struct Operation {
        std::string method;  // "GET"
        std::string path;    // "/api/v1/chains/{chain}"
        const json::object* spec = nullptr;
        [[nodiscard]] std::string text(std::string_view name) const;
        [[nodiscard]] std::vector<std::string> query() const;
        [[nodiscard]] std::string name() const { return method + " " + path; }
        const Contract* contract = nullptr;
    };
    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
    // What the server sends by itself, by name.
    [[nodiscard]] const json::object& webhook(std::string_view name) const;
    // The response object for a status ("200", else "default"), references followed.
    [[nodiscard]] const json::object* response(const Operation& operation, int status) const;
    [[nodiscard]] const json::object& resolve(const json::object& maybe_reference) const;

    // Empty: valid. Else the first fault and where it is.
    [[nodiscard]] std::string fault(const json::value& value, const json::object& schema,
                                    const std::string& where = "$") const;
    // The same for a reply: status known, media type named, body of its schema.
    [[nodiscard]] std::string reply_fault(const Operation& operation, int status, std::string_view media_type,
                                          std::string_view body) const;

private:
    json::value document_;
    std::vector<Operation> operations_;
};

}  // namespace rogatory::test
