#include "platform/record/statement.hpp"

#include "platform/record/peek.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// What is read as a statement is written as the same bytes: as an envelope, and as the payload of every kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto statement = record::SignedStatement::parse(text)) {
        require(statement->encode() == text);
        require(statement->statement().encode() == statement->envelope().payload);
        (void)record::needs(statement->statement());
    }
    for (const auto& row : record::kind_table()) {
        if (size > record::kMaxPayloadBytes) break;
        const record::Envelope envelope{record::payload_type(row.kind), std::string{text}, {}};
        const auto statement = record::SignedStatement::parse(envelope.encode());
        if (!statement) continue;
        require(statement->kind() == row.kind);
        require(statement->statement().encode() == text);
        (void)record::needs(statement->statement());
        (void)record::introduces(statement->statement());
    }
    return 0;
}
