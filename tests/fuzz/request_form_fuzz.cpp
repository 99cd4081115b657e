#include "platform/agent/request_form.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// A form that came by mail from somebody else is read before anybody looks at it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto form = agent::parse_request_form(text)) {
        // What is taken can be sent: the fields that route it have the form that a statement needs.
        require(model::is_reference(form->routing.reference));
        require(!form->routing.kinds.empty());
        require(model::is_language(form->routing.language));
    }
    if (const auto content = agent::parse_request_content(text); !content) {
        require(content.error().code() == ErrorCode::invalid_input);
    }
    return 0;
}
