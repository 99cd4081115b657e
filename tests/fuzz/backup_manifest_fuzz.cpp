#include "storage/backup/manifest.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// The manifest and the list of attachments of a backup, from a folder that others can write to. What is read, written
// again, is the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto manifest = storage::Manifest::parse(text)) {
        require(manifest->text() == text);
        for (const auto& part : manifest->parts) require(part.name.find('/') == std::string::npos && part.name != "..");
    }
    if (const auto blobs = storage::parse_blob_list(text)) require(storage::format_blob_list(*blobs) == text);
    return 0;
}
