#include "tests/fuzz/property.hpp"
#include "web/witness/request.hpp"
#include "web/witness/state.hpp"
#include "web/witness/status.hpp"

using namespace rogatory;

// What reaches a witness from anybody, and what it reads of its own files: whatever is taken apart is put together
// again as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto request = witness::AddCheckpoint::parse(text)) {
        require(request->format() == text);
        require(request->proof.size() <= witness::kMaxProofLines);
    }
    if (const auto status = witness::Status::parse(text)) require(status->format() == text);
    if (const auto state = witness::State::parse(text)) require(state->size() <= size);
    return 0;
}
