#include "web/middleware/security_headers.hpp"

#include <array>
#include <utility>

namespace rogatory::middleware {
namespace {

using Fields = std::pair<std::string_view, std::string_view>;

constexpr std::array<Fields, 5> kAlways{{
    {"Strict-Transport-Security", "max-age=63072000; includeSubDomains"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
}};

// Nothing of a reply may run, be framed, be sniffed or be read by another origin.
constexpr std::string_view kDataPolicy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

// The page: everything from here and nothing inline. Svelte makes its templates through one policy, and a worker's
// address passes one of ours; WebAssembly runs in workers only, so this document cannot compile any.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html rogatory-worker; report-to csp; "
    "report-uri /api/v1/csp-reports";

// A worker takes its policy from its own script's reply: libsodium there is WebAssembly.
constexpr std::string_view kWorkerPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types rogatory-worker; report-to csp; report-uri /api/v1/csp-reports";

// Where decrypted files are looked at: an origin of its own that nothing shares, so a hostile file reaches neither keys
// nor session. It may fetch nothing but the client's own scripts and styles: `connect-src 'none'`, and pictures, fonts
// and workers only as blobs and data that the frame makes itself of what the page hands it. An address of a picture on
// this server could carry away what the file holds, and so could the report of a violation: none is sent. It may embed
// only what has no address: so the inner frame, which draws, cannot go anywhere either (decision 1543).
constexpr std::string_view kFramePolicy =
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'self'; font-src blob: data:; "
    "img-src blob: data:; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'";

constexpr std::string_view kNoDevices =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-create=(), "
    "publickey-credentials-get=(), serial=(), usb=()";
// The page scans an invitation's code and asks for passkeys.
constexpr std::string_view kPageDevices =
    "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self), serial=(), usb=()";

constexpr std::string_view policy_for(http::ContentKind kind) {
    switch (kind) {
        case http::ContentKind::page:
            return kPagePolicy;
        case http::ContentKind::worker:
            return kWorkerPolicy;
        case http::ContentKind::frame:
            return kFramePolicy;
        case http::ContentKind::data:
        case http::ContentKind::asset:
            break;
    }
    return kDataPolicy;
}

}  // namespace

void add_security_headers(http::Response& response) {
    using http::ContentKind;
    const auto kind = response.kind;
    auto& headers = response.headers;
    headers.make_room(kAlways.size() + 7);
    headers.set("Content-Security-Policy", std::string{policy_for(kind)});
    for (const auto& [name, value] : kAlways) headers.set(name, std::string{value});
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("X-Frame-Options", kind == ContentKind::frame ? "SAMEORIGIN" : "DENY");
    headers.set("Permissions-Policy", std::string{kind == ContentKind::page ? kPageDevices : kNoDevices});
    if (kind == ContentKind::page || kind == ContentKind::worker) {
        headers.set("Reporting-Endpoints", "csp=\"/api/v1/csp-reports\"");
    }
    // To the sandboxed frame, whose origin is opaque, this server is another origin: it may load the web client's
    // files, which are the same for everybody and are given without a look at any session.
    if (kind == ContentKind::asset || kind == ContentKind::worker) headers.set("Access-Control-Allow-Origin", "*");
    // Who wants a reply cached says so itself (log tiles, the web client's files).
    if (!headers.has("Cache-Control")) headers.add("Cache-Control", "no-store");
}

void SecurityHeaders::on_reply(const http::Request&, const http::Context&, http::Response& response) {
    add_security_headers(response);
}

}  // namespace rogatory::middleware
