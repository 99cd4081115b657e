#include "web/page/inflated.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <new>

#include "platform/base/ensure.hpp"

namespace rogatory::page {

void Inflated::Free::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

Inflated::Inflated(std::string_view gzip) {
    constexpr int kGzipOnly = 16;
    auto stream = std::make_unique<z_stream>();
    stream->next_in = as_bytes(gzip).data();
    stream->avail_in = static_cast<uInt>(gzip.size());
    const auto begun = inflateInit2(stream.get(), MAX_WBITS + kGzipOnly);
    if (begun == Z_MEM_ERROR) throw std::bad_alloc{};
    ensure(begun == Z_OK, "zlib begins");
    stream_.reset(stream.release());
}

std::size_t Inflated::read(MutableByteView into) {
    if (!going_ || into.empty()) return 0;
    stream_->next_out = into.data();
    stream_->avail_out = static_cast<uInt>(into.size());
    const auto done = inflate(stream_.get(), Z_NO_FLUSH);
    going_ = done == Z_OK;
    whole_ = done == Z_STREAM_END && stream_->avail_in == 0;
    return into.size() - stream_->avail_out;
}

}  // namespace rogatory::page
