#include "platform/record/founding_sheet.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto sheet = record::FoundingSheet::parse(text)) require(sheet->encode() == text);
    return 0;
}
