#include "crypto/tlog/succession.hpp"
#include "platform/record/successor_sheet.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// What a note verbale brings, and what a server says of the log after one of its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto sheet = record::SuccessorSheet::parse(text)) {
        require(record::SuccessorSheet::is_one(text));
        require(sheet->encode() == text);
    }
    if (const auto key = tlog::parse_successor(text, "log.example/log/0")) {
        require(key->name() == "log.example/log/1");
        require(tlog::successor_text(*key) == text);
    }
    return 0;
}
