#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "platform/base/bytes.hpp"
#include "platform/service/page.hpp"
#include "web/api/json.hpp"
#include "web/http/message.hpp"
#include "web/http/problem.hpp"
#include "web/http/router.hpp"

namespace rogatory::api {

[[nodiscard]] http::Response json_reply(int status, const json::value& value);
[[nodiscard]] http::Response bytes_reply(Bytes bytes);

// A handler's result as a reply: the value as `then` makes it, or the problem.
template <class T, class Then>
[[nodiscard]] http::Response reply(const http::Request& request, Result<T> result, Then&& then) {
    if (!result) return http::problem(result.error(), request.request_id);
    if constexpr (std::is_void_v<T>) {
        return then();
    } else {
        return then(*std::move(result));
    }
}
[[nodiscard]] inline http::Response no_content(const http::Request& request, const Result<>& result) {
    if (!result) return http::problem(result.error(), request.request_id);
    return http::Response::empty(204);
}

// The value of a path or query name as lower-case hex of N bytes. A path that is no id of anything is not_found, like
// one that is an id of nothing.
template <class Id, std::size_t N>
[[nodiscard]] Result<Id> id_in_path(const http::Context& context, std::string_view name) {
    const auto bytes = encoding::hex_decode_array<N>(context.path_value(name));
    if (!bytes) return fail(ErrorCode::not_found, "http.not_found");
    return Id{*bytes};
}

template <class Id>
[[nodiscard]] std::string hex(const Id& id) {
    return encoding::hex_encode(id.value());
}

[[nodiscard]] Result<service::PageRequest> page_request(const http::Context& context);

// {items: [encode(item) …], next_cursor?}
template <class Page, class Encode>
[[nodiscard]] http::Response page_reply(const Page& page, Encode&& encode) {
    json::array items;
    for (const auto& item : page.items) items.push_back(encode(item));
    json::object body{{"items", std::move(items)}};
    if (!page.next_cursor.empty()) body["next_cursor"] = json::string_view{page.next_cursor};
    return json_reply(200, body);
}
template <class List, class Encode>
[[nodiscard]] http::Response list_reply(const List& list, Encode&& encode) {
    json::array items;
    for (const auto& item : list) items.push_back(encode(item));
    return json_reply(200, json::object{{"items", std::move(items)}});
}

}  // namespace rogatory::api
