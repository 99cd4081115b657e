#include <zlib.h>
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <random>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "tests/unit/storage/temporary.hpp"
#include "web/api/csp_reports.hpp"
#include "web/middleware/pipeline.hpp"
#include "web/middleware/security_headers.hpp"
#include "web/page/site.hpp"

namespace rogatory::page {
namespace {

using tests::TemporaryDirectory;

const std::string kScript(3000, 'x');

std::string gzipped(std::string_view bytes) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

struct Folder {
    std::unique_ptr<TemporaryDirectory> directory = std::make_unique<TemporaryDirectory>();
    boost::json::array files;

    void put(const std::string& path, const std::string& bytes) const {
        const auto file = directory->path() / path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << bytes;
    }
    void add(const std::string& path, const std::string& bytes) {
        put(path, bytes);
        list(path, encoding::hex_encode(crypto::sha256(as_bytes(bytes)).value()));
    }
    void list(const std::string& path, const std::string& sha256) {
        files.push_back({{"path", path}, {"size", 1}, {"sha256", sha256}});
    }
    Result<std::shared_ptr<const Bundle>> read() const {
        put("manifest.json", boost::json::serialize(boost::json::object{{"version", "0"}, {"files", files}}));
        return Bundle::read(directory->path());
    }
    std::string refusal() const {
        const auto bundle = read();
        return bundle ? "accepted" : bundle.error().key() + " " + bundle.error().arguments().at("file");
    }
};

Folder sample() {
    Folder folder;
    folder.add("index.html", "<!doctype html>page");
    folder.add("preview.html", "<!doctype html>frame");
    folder.add("assets/index-abc.js", kScript);
    folder.add("assets/worker-agent-abc.js", "worker");
    folder.add("assets/mark-abc.svg", "<svg/>");
    folder.put("assets/index-abc.js.br", "brotli");
    folder.put("assets/index-abc.js.gz", gzipped(kScript));
    folder.put("secret.txt", "not listed");
    return folder;
}

http::Route api_route(http::Method method, const std::string& pattern) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.access = http::Access::none;
    route.handler = [](const http::Request&, const http::Context&) { return http::Response::empty(204); };
    return route;
}

// The site behind the router and the headers' stage, as a browser meets it.
class Served {
public:
    explicit Served(const Folder& folder) {
        std::vector<http::Route> routes;
        routes.push_back(api_route(http::Method::post, "/api/v1/sign-in"));
        middleware::Stages stages;
        stages.push_back(std::make_unique<middleware::SecurityHeaders>());
        pipeline_ = std::make_unique<middleware::Pipeline>(http::Router{std::move(routes), site(*folder.read())},
                                                           std::move(stages), metrics_);
    }
    http::Response ask(const std::string& path, const std::string& accept = {}, const std::string& known = {},
                       http::Method method = http::Method::get) {
        http::Request request;
        request.method = method;
        request.path = path;
        if (!accept.empty()) request.headers.add("Accept-Encoding", accept);
        if (!known.empty()) request.headers.add("If-None-Match", known);
        return pipeline_->begin(std::move(request))->respond();
    }
    std::string body(const std::string& path, const std::string& accept = {}) {
        auto response = ask(path, accept);
        if (!response.source) return response.body;
        std::string bytes(response.source->size(), '\0');
        const auto got = response.source->read({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
        CHECK(got == bytes.size());
        return bytes;
    }

private:
    middleware::Metrics metrics_;
    std::unique_ptr<middleware::Pipeline> pipeline_;
};

std::string field(const http::Response& response, std::string_view name) {
    return std::string{response.headers.find(name).value_or("")};
}

}  // namespace

TEST_CASE("the page answers for its screens, its files for themselves, and nothing else is there", "[web][page]") {
    const auto folder = sample();
    Served served{folder};
    for (const auto* const screen : {"/", "/inbox", "/dossiers/0a1b/timeline", "/index.html", "/apiary", "/logs"}) {
        INFO(screen);
        CHECK(served.ask(screen).status == 200);
        CHECK(served.body(screen) == "<!doctype html>page");
    }
    CHECK(served.body("/assets/index-abc.js") == kScript);
    CHECK(field(served.ask("/assets/index-abc.js"), "Content-Type") == "text/javascript; charset=utf-8");
    CHECK(served.ask("/manifest.json").status == 200);
    for (const auto* const path : {"/secret.txt",
                                   "/../secret.txt",
                                   "/assets/../secret.txt",
                                   "/%2e%2e/secret.txt",
                                   "/..%2fsecret.txt",
                                   "/assets/..%2f..%2fsecret.txt",
                                   "//etc/passwd",
                                   "/etc/passwd.txt",
                                   "/assets",
                                   "/assets/",
                                   "/assets/none-abc.js",
                                   "/index.html/",
                                   "/index.html.br",
                                   "/assets/index-abc.js.br",
                                   "/api",
                                   "/api/v1/none",
                                   "/log/0/none",
                                   "/.well-known/none",
                                   "/a%00b",
                                   "/a\\b",
                                   "/Index.html"}) {
        INFO(path);
        const auto response = served.ask(path);
        // "//etc/passwd" is a path of words: the page, and never a file.
        if (response.status == 200) {
            CHECK(served.body(path) == "<!doctype html>page");
        } else {
            CHECK(response.status == 404);
        }
    }
    CHECK(served.ask("/secret.txt").status == 404);
    CHECK(served.ask("/assets/index-abc.js.br").status == 404);
    CHECK(served.ask("/" + std::string(600, 'a')).status == 404);
}

TEST_CASE("only GET and HEAD reach the page, and the API keeps its own refusals", "[web][page]") {
    const auto folder = sample();
    Served served{folder};
    CHECK(served.ask("/", {}, {}, http::Method::head).status == 200);
    CHECK(served.ask("/", {}, {}, http::Method::post).status == 404);
    CHECK(served.ask("/inbox", {}, {}, http::Method::del).status == 404);
    const auto wrong = served.ask("/api/v1/sign-in");
    CHECK(wrong.status == 405);
    CHECK(field(wrong, "Allow") == "POST");
}

TEST_CASE("a file is sent in the coding that was asked for, each under its own strong tag", "[web][page]") {
    const auto folder = sample();
    Served served{folder};
    const std::string path = "/assets/index-abc.js";
    CHECK(served.body(path, "gzip, deflate, br") == "brotli");
    CHECK(served.body(path, "gzip") == gzipped(kScript));
    CHECK(served.body(path, "br;q=0, gzip;q=0.5") == gzipped(kScript));
    CHECK(served.body(path, "br;q=0.000") == kScript);
    CHECK(served.body(path, "brotli, xgzip") == kScript);
    CHECK(field(served.ask(path, "br"), "Content-Encoding") == "br");
    CHECK_FALSE(served.ask(path).headers.has("Content-Encoding"));
    CHECK(field(served.ask(path), "Vary") == "Accept-Encoding");
    CHECK(served.body("/assets/worker-agent-abc.js", "br") == "worker");

    const auto plain = field(served.ask(path), "ETag");
    const auto brotli = field(served.ask(path, "br"), "ETag");
    CHECK(plain.starts_with('"'));
    CHECK(plain != brotli);
    CHECK(served.ask(path, {}, plain).status == 304);
    CHECK(served.ask(path, {}, "\"else\", " + plain).status == 304);
    CHECK(served.ask(path, "br", plain).status == 200);
    CHECK(served.ask(path, {}, "W/" + plain).status == 200);
    CHECK_FALSE(served.ask(path, {}, plain).source);
}

TEST_CASE("whoever takes no gzip gets the file itself, however long it is", "[web][page]") {
    std::minstd_rand random{7};
    std::string script;
    for (int line = 0; line < 40'000; ++line) script += "let v" + std::to_string(random()) + ";\n";
    auto folder = sample();
    folder.add("assets/long-abc.js", script);
    folder.put("assets/long-abc.js.gz", gzipped(script));
    Served served{folder};
    CHECK(served.ask("/assets/long-abc.js").source->size() == script.size());
    CHECK(served.body("/assets/long-abc.js") == script);
    // In the pieces of a connection.
    const auto response = served.ask("/assets/long-abc.js", "br");
    std::string got;
    std::array<std::uint8_t, 999> piece;
    while (const auto count = response.source->read(piece)) got += as_text(ByteView{piece}.first(count));
    CHECK(got == script);

    // For so many at once; whoever takes gzip has no need of it.
    std::vector<http::Response> reading;
    while (reading.size() < 255) reading.push_back(served.ask("/assets/long-abc.js"));
    const auto refused = served.ask("/assets/long-abc.js");
    CHECK(refused.status == 429);
    CHECK(field(refused, "Retry-After") == "5");
    CHECK(served.ask("/assets/long-abc.js", "gzip").status == 200);
    CHECK(reading.back().status == 200);
    reading.pop_back();
    CHECK(served.ask("/assets/long-abc.js").status == 200);
}

TEST_CASE("names with a digest are kept for ever, the page is asked for each time", "[web][page]") {
    const auto folder = sample();
    Served served{folder};
    CHECK(field(served.ask("/assets/index-abc.js"), "Cache-Control") == "public, max-age=31536000, immutable");
    for (const auto* const path : {"/", "/inbox", "/preview.html", "/manifest.json"}) {
        CHECK(field(served.ask(path), "Cache-Control") == "no-cache");
    }
    CHECK(field(served.ask("/none.js"), "Cache-Control") == "no-store");
}

TEST_CASE("what each kind of file may do is said with it", "[web][page]") {
    const auto folder = sample();
    Served served{folder};
    const auto policy = [&](const std::string& path) { return field(served.ask(path), "Content-Security-Policy"); };
    const auto has = [&](const std::string& path, std::string_view part) {
        return policy(path).find(part) != std::string::npos;
    };
    for (const auto* const path : {"/", "/preview.html", "/assets/worker-agent-abc.js", "/assets/index-abc.js",
                                   "/assets/mark-abc.svg", "/none.js"}) {
        INFO(path);
        const auto response = served.ask(path);
        CHECK(has(path, "default-src 'none'"));
        CHECK(has(path, "base-uri 'none'"));
        CHECK(has(path, "form-action 'none'"));
        CHECK_FALSE(has(path, "unsafe-inline"));
        CHECK_FALSE(has(path, "'unsafe-eval'"));
        CHECK_FALSE(has(path, "http:"));
        CHECK(has(path, "'wasm-unsafe-eval'") == (std::string{path}.find("worker-") != std::string::npos));
        CHECK(field(response, "X-Content-Type-Options") == "nosniff");
        CHECK(field(response, "Cross-Origin-Opener-Policy") == "same-origin");
        CHECK(field(response, "Cross-Origin-Embedder-Policy") == "require-corp");
        CHECK(field(response, "Cross-Origin-Resource-Policy") == "same-origin");
        CHECK(field(response, "Referrer-Policy") == "no-referrer");
        CHECK(field(response, "Strict-Transport-Security").starts_with("max-age=63072000"));
    }
    CHECK(has("/", "script-src 'self';"));
    CHECK(has("/", "trusted-types svelte-trusted-html rogatory-worker;"));
    CHECK(has("/", "require-trusted-types-for 'script'"));
    CHECK(has("/", "frame-ancestors 'none'"));
    CHECK(has("/", "report-uri /api/v1/csp-reports"));
    CHECK(field(served.ask("/"), "Reporting-Endpoints") == "csp=\"/api/v1/csp-reports\"");
    CHECK(field(served.ask("/"), "Permissions-Policy").find("camera=(self)") != std::string::npos);
    CHECK(field(served.ask("/"), "Permissions-Policy").find("microphone=()") != std::string::npos);
    CHECK(field(served.ask("/preview.html"), "Permissions-Policy").find("camera=()") != std::string::npos);
    CHECK(policy("/preview.html").starts_with("sandbox allow-scripts;"));
    CHECK(has("/preview.html", "connect-src 'none'"));
    CHECK(has("/preview.html", "img-src blob: data:;"));
    CHECK(has("/preview.html", "font-src blob: data:;"));
    CHECK_FALSE(has("/preview.html", "report-"));
    CHECK(has("/preview.html", "frame-ancestors 'self'"));
    CHECK(has("/assets/mark-abc.svg", "sandbox;"));
    CHECK(field(served.ask("/assets/index-abc.js"), "Access-Control-Allow-Origin") == "*");
    CHECK_FALSE(served.ask("/").headers.has("Access-Control-Allow-Origin"));
    CHECK_FALSE(served.ask("/none.js").headers.has("Access-Control-Allow-Origin"));
}

TEST_CASE("a folder that is not what its manifest says does not serve", "[web][page]") {
    CHECK(sample().refusal() == "accepted");
    auto changed = sample();
    changed.put("assets/index-abc.js", "another script");
    CHECK(changed.refusal() == "page.file assets/index-abc.js");
    for (const auto& damaged : {gzipped(kScript + "x"), gzipped(kScript.substr(1)), gzipped(kScript) + "x",
                                gzipped(kScript).substr(0, gzipped(kScript).size() - 1), std::string{"no gzip"}}) {
        auto folder = sample();
        folder.put("assets/index-abc.js.gz", damaged);
        CHECK(folder.refusal() == "page.file assets/index-abc.js.gz");
    }
    auto absent = sample();
    absent.list("assets/none.js", std::string(64, '0'));
    CHECK(absent.refusal() == "page.file assets/none.js");
    auto outside = sample();
    outside.list("../" + outside.directory->path().filename().string() + "/secret.txt",
                 encoding::hex_encode(crypto::sha256(as_bytes("not listed")).value()));
    CHECK(outside.refusal().starts_with("page.file ../"));
    auto strange = sample();
    strange.add("run.sh", "#!/bin/sh");
    CHECK(strange.refusal() == "page.file run.sh");
    Folder without;
    without.add("assets/a.js", "a");
    CHECK(without.refusal() == "page.file index.html");
    Folder empty;
    CHECK(empty.refusal() == "page.manifest manifest.json");
    const TemporaryDirectory nothing;
    CHECK_FALSE(Bundle::read(nothing.path()).has_value());
}

TEST_CASE("reports of a browser are counted, and nothing else is taken for one", "[web][page]") {
    api::CspReports reports;
    CHECK(reports.take(R"([{"type":"csp-violation","body":{"effectiveDirective":"script-src-elem"}},{"body":{}}])"));
    CHECK(reports.take(R"({"csp-report":{"violated-directive":"img-src"}})"));
    CHECK(reports.count() == 3);
    for (const auto* const body : {"", "1", "{}", "[]", "[1]", R"([{"body":1}])", R"({"csp-report":[]})", "{"}) {
        INFO(body);
        CHECK_FALSE(reports.take(body));
    }
    CHECK(reports.count() == 3);
    CHECK_FALSE(reports.take("[" + std::string(20'000, '[')));
}

}  // namespace rogatory::page
