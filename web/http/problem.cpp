#include "web/http/problem.hpp"

namespace rogatory::http {
namespace {

std::string problem_body(int status, std::string_view key, std::string_view request_id,
                         const std::map<std::string, std::string>& arguments) {
    std::string body = R"({"type":)" + json_string("urn:rogatory:problem:" + std::string{key});
    body += R"(,"title":)" + json_string(reason_phrase(status));
    body += R"(,"status":)" + std::to_string(status);
    body += R"(,"arguments":{)";
    bool first = true;
    for (const auto& [name, value] : arguments) {
        if (!first) body += ',';
        first = false;
        body += json_string(name) + ':' + json_string(value);
    }
    body += R"(},"request_id":)" + json_string(request_id) + '}';
    return body;
}

}  // namespace

std::string json_string(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 460:
            return "Checksum Mismatch";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Status";
    }
}

int status_of(const Error& error) {
    switch (error.code()) {
        case ErrorCode::invalid_input:
            return 400;
        case ErrorCode::unauthenticated:
            return 401;
        case ErrorCode::forbidden:
            return 403;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::conflict:
            return 409;
        case ErrorCode::precondition_failed:
            return 412;
        case ErrorCode::expired:
            return 410;
        case ErrorCode::too_large:
            return 413;
        case ErrorCode::too_many:
            return 429;
        case ErrorCode::integrity:
            return 422;
        case ErrorCode::storage_full:
            return 507;
        case ErrorCode::unavailable:
            return 503;
        case ErrorCode::unsupported:
            return 422;
    }
    return 500;
}

Response problem(int status, std::string_view key, std::string_view request_id,
                 const std::map<std::string, std::string>& arguments) {
    auto response =
        Response::text(status, "application/problem+json", problem_body(status, key, request_id, arguments));
    response.headers.add("Cache-Control", "no-store");
    if (status == 401) response.headers.add("WWW-Authenticate", "Bearer");
    response.log_key = key;
    return response;
}

Response problem(const Error& error, std::string_view request_id) {
    auto response = problem(status_of(error), error.key(), request_id, error.arguments());
    if (error.code() == ErrorCode::too_many || error.code() == ErrorCode::unavailable) {
        const auto wait = error.arguments().find("retry_after");
        response.headers.add("Retry-After", wait == error.arguments().end() ? "5" : wait->second);
    }
    response.log_detail = error.log_detail();
    return response;
}

}  // namespace rogatory::http
