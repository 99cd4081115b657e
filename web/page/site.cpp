#include "web/page/site.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "web/http/fields.hpp"
#include "web/http/problem.hpp"
#include "web/page/inflated.hpp"

namespace rogatory::page {
namespace {

// Bytes of a bundle that outlive the reply: sent from where they lie.
class Lent final : public http::BodySource {
public:
    Lent(std::shared_ptr<const Bundle> bundle, std::string_view bytes) : bundle_{std::move(bundle)}, bytes_{bytes} {}
    std::uint64_t size() const override { return bytes_.size(); }
    std::size_t read(MutableByteView into) override {
        const auto count = std::min(into.size(), bytes_.size() - at_);
        std::memcpy(into.data(), bytes_.data() + at_, count);
        at_ += count;
        return count;
    }
    std::size_t read_ready(MutableByteView into) override { return read(into); }

private:
    const std::shared_ptr<const Bundle> bundle_;
    const std::string_view bytes_;
    std::size_t at_ = 0;
};

// How many may be inflated at once: each takes memory for as long as its reader reads, who need not have signed in.
// Browsers take what is compressed.
class Places {
public:
    // Null: one too many.
    [[nodiscard]] std::shared_ptr<void> enter() {
        constexpr int kMost = 256;
        if (taken_->fetch_add(1) >= kMost) {
            --*taken_;
            return nullptr;
        }
        return {taken_.get(), [taken = taken_](void*) { --*taken; }};
    }

private:
    std::shared_ptr<std::atomic<int>> taken_ = std::make_shared<std::atomic<int>>(0);
};

// A file of which the bundle has the gzip file alone, for whoever takes no gzip.
class LentPlain final : public http::BodySource {
public:
    LentPlain(std::shared_ptr<const Bundle> bundle, const File& file, std::shared_ptr<void> place)
        : bundle_{std::move(bundle)}, place_{std::move(place)}, inflated_{file.gzip}, size_{file.size} {}
    std::uint64_t size() const override { return size_; }
    std::size_t read(MutableByteView into) override { return inflated_.read(into); }

private:
    const std::shared_ptr<const Bundle> bundle_;
    const std::shared_ptr<void> place_;
    Inflated inflated_;
    const std::uint64_t size_;
};

// A screen of the page is a path of words; what has a dot names a file, and files are listed. The API and the log
// answer for themselves: a slip in one of their paths must not look like a page.
const File* chosen(const Bundle& bundle, std::string_view path) {
    path.remove_prefix(1);
    if (const auto* const file = bundle.find(path)) return file;
    const auto within = [path](std::string_view top) {
        return path == top || path.starts_with(std::string{top} + "/");
    };
    if (within("api") || within("log") || within("assets")) return nullptr;
    const auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '/';
    };
    return path.size() <= 500 && std::ranges::all_of(path, word) ? &bundle.index() : nullptr;
}

struct Coding {
    std::string_view bytes;
    std::string_view name;  // of Content-Encoding; empty: none
};

// Whether a list of codings names this one (RFC 9110 §12.5.3). A weight of zero refuses it; other weights we do not
// rank: the smallest of what is welcome is sent.
bool accepts(std::string_view field, std::string_view coding) {
    while (!field.empty()) {
        const auto comma = field.find(',');
        auto item = field.substr(0, comma);
        field = comma == std::string_view::npos ? std::string_view{} : field.substr(comma + 1);
        while (item.starts_with(' ')) item.remove_prefix(1);
        const auto semicolon = item.find(';');
        auto name = item.substr(0, semicolon);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!http::same_name(name, coding)) continue;
        if (semicolon == std::string_view::npos) return true;
        const auto weight = item.substr(semicolon + 1);
        return weight.find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

Coding coding_for(const File& file, const http::Request& request) {
    const auto field = request.headers.find("Accept-Encoding").value_or(std::string_view{});
    if (!file.brotli.empty() && accepts(field, "br")) return {file.brotli, "br"};
    if (!file.gzip.empty() && accepts(field, "gzip")) return {file.gzip, "gzip"};
    return {file.plain, {}};
}

// A strong tag: it names exactly these bytes, so each coding has its own (RFC 9110 §8.8.3.3).
std::string tag_of(const File& file, std::string_view coding) {
    return http::entity_tag(file.sha256 + (coding.empty() ? "" : "-" + std::string{coding}));
}

bool is_known(const http::Request& request, const std::string& tag) {
    const auto value = request.headers.find("If-None-Match");
    const auto tags = value ? http::parse_entity_tags(*value) : std::nullopt;
    return tags && std::ranges::any_of(*tags, [&tag](const std::string& t) { return t == tag || t == "*"; });
}

http::Response answer(const std::shared_ptr<const Bundle>& bundle, Places& places, const http::Request& request) {
    const auto* const file = chosen(*bundle, request.path);
    if (file == nullptr) return http::problem(404, "http.not_found", request.request_id);
    const auto coding = coding_for(*file, request);
    const auto tag = tag_of(*file, coding.name);
    auto response = http::Response::empty(is_known(request, tag) ? 304 : 200);
    response.kind = file->kind;
    response.headers.add("ETag", tag);
    response.headers.add("Vary", "Accept-Encoding");
    response.headers.add("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (response.status == 304) return response;
    response.headers.add("Content-Type", file->type);
    if (!coding.name.empty()) response.headers.add("Content-Encoding", std::string{coding.name});
    if (coding.name.empty() && !file->gzip.empty()) {
        auto place = places.enter();
        if (!place) {
            auto busy = http::problem(429, "http.too_many", request.request_id);
            busy.headers.add("Retry-After", "5");
            return busy;
        }
        response.source = std::make_unique<LentPlain>(bundle, *file, std::move(place));
    } else {
        response.source = std::make_unique<Lent>(bundle, coding.bytes);
    }
    return response;
}

}  // namespace

http::Route site(std::shared_ptr<const Bundle> bundle) {
    http::Route route;
    route.method = http::Method::get;
    route.pattern = "/{path...}";
    route.access = http::Access::none;
    route.handler = [bundle = std::move(bundle), places = Places{}](const http::Request& request,
                                                                    const http::Context&) mutable {
        return answer(bundle, places, request);
    };
    return route;
}

}  // namespace rogatory::page
