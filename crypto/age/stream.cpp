#include "crypto/age/stream.hpp"

#include <algorithm>
#include <array>

#include "platform/base/ensure.hpp"

namespace rogatory::age {

FileStart start_file(std::span<const Stanza> stanzas, const FileKey& file_key, crypto::Random& random) {
    auto header = write_header_before_mac(stanzas);
    header += write_header_end(header_mac(file_key, as_bytes(header)));
    const auto nonce = random.bytes<std::tuple_size_v<PayloadNonce>>();
    auto bytes = to_bytes(header);
    append(bytes, ByteView{nonce});
    return {std::move(bytes), payload_key(file_key, nonce)};
}

FileStart start_file(std::span<const HybridRecipient> recipients, crypto::Random& random) {
    ensure(!recipients.empty(), "an age file has a recipient");
    const auto file_key = FileKey::random(random);
    std::vector<Stanza> stanzas;
    stanzas.reserve(recipients.size());
    for (const auto& recipient : recipients) stanzas.push_back(recipient.wrap(file_key, random));
    return start_file(stanzas, file_key, random);
}

Sealer::Sealer(FileStart start) : start_{std::move(start.bytes)}, chunks_{start.key} { pending_.reserve(kChunkBytes); }

Sealer::Sealer(std::span<const HybridRecipient> recipients, crypto::Random& random)
    : Sealer{start_file(recipients, random)} {}

Sealer::~Sealer() { crypto::wipe(pending_); }

void Sealer::emit(ByteView bytes, Bytes& out) {
    append(out, bytes);
    hash_.update(bytes);
    file_bytes_ += bytes.size();
}

void Sealer::emit_start(Bytes& out) {
    if (start_.empty()) return;
    emit(start_, out);
    start_.clear();
}

void Sealer::emit_chunk(Last last, ByteView plaintext, Bytes& out) {
    const auto at = out.size();
    out.resize(at + plaintext.size() + kTagBytes);
    const auto sealed = MutableByteView{out}.subspan(at);
    chunks_.seal(index_++, last, plaintext, sealed);
    hash_.update(sealed);
    file_bytes_ += sealed.size();
}

void Sealer::update(ByteView plaintext, Bytes& out) {
    ensure(!digest_, "an age file is finished once");
    emit_start(out);
    while (!plaintext.empty()) {
        // A full chunk goes out only when something follows it: until then it may be the last.
        if (pending_.size() == kChunkBytes) {
            emit_chunk(Last::no, pending_, out);
            pending_.clear();
        }
        if (pending_.empty()) {
            for (; plaintext.size() > kChunkBytes; plaintext = plaintext.subspan(kChunkBytes)) {
                emit_chunk(Last::no, plaintext.first(kChunkBytes), out);
            }
        }
        const auto taken = std::min(kChunkBytes - pending_.size(), plaintext.size());
        append(pending_, plaintext.first(taken));
        plaintext = plaintext.subspan(taken);
    }
}

void Sealer::finish(Bytes& out) {
    ensure(!digest_, "an age file is finished once");
    emit_start(out);
    emit_chunk(Last::yes, pending_, out);
    crypto::wipe(pending_);
    pending_.clear();
    digest_ = hash_.finish();
}

const crypto::Digest& Sealer::sha256() const {
    ensure(digest_.has_value(), "SHA-256 of an age file is known when it is finished");
    return *digest_;
}

Unwrap unwrap_with(const HybridIdentity& identity, Profile profile) {
    return [&identity, profile](const Header& header) -> Outcome<FileKey> {
        if (!inspect(header).fits(profile)) return failed(Failure::refused);
        for (const auto& stanza : header.stanzas) {
            auto file_key = identity.unwrap(stanza);
            if (file_key || file_key.error() != Failure::no_match) return file_key;
        }
        return failed(Failure::no_match);
    };
}

Outcome<PayloadKey> open_start(const Header& header, ByteView file, const Unwrap& unwrap) {
    const auto file_key = unwrap(header);
    if (!file_key) return failed(file_key.error());
    if (header_mac(*file_key, file.first(header.mac_text)) != header.mac) return failed(Failure::hmac);
    ensure(file.size() >= header.size + std::tuple_size_v<PayloadNonce>, "the nonce follows the header");
    PayloadNonce nonce;
    std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(header.size), nonce.size(), nonce.begin());
    return payload_key(*file_key, nonce);
}

Opener::Opener(const HybridIdentity& identity, Profile profile)
    : Opener{unwrap_with(identity, profile), profile.header_bytes} {}

Opener::Opener(Unwrap unwrap, std::size_t header_limit_bytes)
    : unwrap_{std::move(unwrap)}, header_limit_{header_limit_bytes} {}

Outcome<> Opener::give_up(Failure failure) {
    failure_ = failure;
    crypto::wipe(pending_);
    return failed(failure);
}

// Looks for the end of the header in what has come, and takes the payload's nonce with it.
Outcome<> Opener::read_start() {
    if (!header_) {
        // Parsing again for every byte that comes would be quadratic in a length that the sender chooses: the header
        // cannot end before a line that begins with its end mark, nor be more than a line behind it.
        const auto text = as_text(pending_);
        if (end_mark_ == 0) {
            const auto found = text.find("\n---", scanned_);
            scanned_ = pending_.size() < 3 ? 0 : pending_.size() - 3;
            if (found != std::string_view::npos) end_mark_ = found + 1;
        }
        const auto version = kVersionLine.substr(0, std::min(kVersionLine.size(), pending_.size()));
        if (!text.starts_with(version)) return give_up(Failure::header);
        if (end_mark_ == 0 && pending_.size() < header_limit_) return {};
        auto header = parse_header(pending_, header_limit_);
        if (!header) return give_up(header.error());
        if (!*header) return {};
        header_ = **std::move(header);
    }
    if (pending_.size() < header_->size + std::tuple_size_v<PayloadNonce>) return {};
    const auto key = open_start(*header_, pending_, unwrap_);
    if (!key) return give_up(key.error());
    chunks_.emplace(*key);
    pending_.erase(pending_.begin(),
                   pending_.begin() + static_cast<std::ptrdiff_t>(header_->size + std::tuple_size_v<PayloadNonce>));
    return {};
}

Outcome<> Opener::open_chunk(Last last, ByteView chunk, Bytes& plaintext) {
    if (chunk.size() < kTagBytes) return give_up(Failure::payload);
    const auto at = plaintext.size();
    plaintext.resize(at + chunk.size() - kTagBytes);
    const auto out = MutableByteView{plaintext}.subspan(at);
    if (chunks_->open(index_, last, chunk, out)) {
        ++index_;
        return {};
    }
    if (!chunks_->open_misplaced(index_, last, chunk, out)) plaintext.resize(at);
    return give_up(Failure::payload);
}

Outcome<> Opener::update(ByteView file, Bytes& plaintext) {
    if (failure_) return failed(*failure_);
    ensure(!digest_, "an age file is finished once");
    hash_.update(file);
    file_bytes_ += file.size();
    if (!chunks_) {
        append(pending_, file);
        if (auto started = read_start(); !started || !chunks_) return started;
        // What came after the header is taken up below as if it had just come.
        const auto rest = std::exchange(pending_, {});
        pending_.reserve(kSealedChunkBytes);
        return take_chunks(rest, plaintext);
    }
    return take_chunks(file, plaintext);
}

Outcome<> Opener::take_chunks(ByteView file, Bytes& plaintext) {
    while (!file.empty()) {
        if (pending_.size() == kSealedChunkBytes) {
            if (auto opened = open_chunk(Last::no, pending_, plaintext); !opened) return opened;
            pending_.clear();
        }
        if (pending_.empty()) {
            for (; file.size() > kSealedChunkBytes; file = file.subspan(kSealedChunkBytes)) {
                auto opened = open_chunk(Last::no, file.first(kSealedChunkBytes), plaintext);
                if (!opened) return opened;
            }
        }
        const auto taken = std::min(kSealedChunkBytes - pending_.size(), file.size());
        append(pending_, file.first(taken));
        file = file.subspan(taken);
    }
    return {};
}

Outcome<> Opener::finish(Bytes& plaintext) {
    if (failure_) return failed(*failure_);
    ensure(!digest_, "an age file is finished once");
    if (!chunks_) return give_up(Failure::header);
    if (auto opened = open_chunk(Last::yes, pending_, plaintext); !opened) return opened;
    pending_.clear();
    digest_ = hash_.finish();
    return {};
}

const crypto::Digest& Opener::sha256() const {
    ensure(digest_.has_value(), "SHA-256 of an age file is known when it has opened to its end");
    return *digest_;
}

}  // namespace rogatory::age
