#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"

// Lists of requests for assistance. They are untrusted, as every list: a client acts on the chain it has verified.
namespace rogatory::api {
namespace {

template <class Enum>
json::array names(const std::vector<Enum>& values) {
    json::array out;
    for (const auto value : values) out.emplace_back(json::string_view{model::name_of(value)});
    return out;
}

json::object encode_request(const service::RequestItem& item) {
    const auto& row = item.row;
    json::object out{
        {"chain", hex(row.chain)},
        {"requesting", json::object{{"party", hex(row.requesting_party)}, {"authority", hex(row.requesting)}}},
        {"status", json::string_view{model::name_of(row.status)}},
        {"overdue", item.overdue},
        {"last_index", row.last_index}};
    if (row.requested) {
        out["requested"] = json::object{{"party", hex(*row.requested_party)}, {"authority", hex(*row.requested)}};
    }
    if (row.requested_code) out["requested_code"] = *row.requested_code;
    if (row.due) out["due"] = *row.due;
    if (!row.open) return out;
    const auto& open = *row.open;
    json::object routing{{"reference", open.routing.reference},
                         {"nature", json::string_view{model::name_of(open.routing.nature)}},
                         {"kinds", names(open.routing.kinds)},
                         {"urgency", json::string_view{model::name_of(open.routing.urgency)}},
                         {"language", open.routing.language}};
    if (open.routing.situation) routing["situation"] = *open.routing.situation;
    json::object facts{{"routing", std::move(routing)}, {"sent_at", open.sent_at},
                       {"status_at", open.status_at},   {"obstacles", names(open.obstacles)},
                       {"reminders", open.reminders},   {"off_platform", open.off_platform}};
    const auto date = [&facts](const char* name, const std::optional<UnixSeconds>& at) {
        if (at) facts[name] = *at;
    };
    date("first_due", open.first_due);
    date("acknowledged_at", open.acknowledged_at);
    date("replied_at", open.replied_at);
    date("executed_at", open.executed_at);
    date("over_at", open.over_at);
    out["open"] = std::move(facts);
    return out;
}

Result<service::RequestQuery> decode_query(const Context& context) {
    service::RequestQuery query;
    if (const auto text = context.query_value("authority")) {
        const auto bytes = encoding::hex_decode_array<16>(*text);
        if (!bytes) return Members::invalid("authority");
        query.authority = ports::AuthorityId{*bytes};
    }
    if (const auto text = context.query_value("party")) {
        const auto bytes = encoding::hex_decode_array<32>(*text);
        if (!bytes) return Members::invalid("party");
        query.filter.party = ports::PartyId{*bytes};
    }
    if (const auto text = context.query_value("direction")) {
        if (*text != "sent" && *text != "received") return Members::invalid("direction");
        query.filter.direction = *text == "sent" ? ports::RequestDirection::sent : ports::RequestDirection::received;
    }
    if (const auto text = context.query_value("status")) {
        query.filter.status = model::parse_name<model::RequestStatus>(*text);
        if (!query.filter.status) return Members::invalid("status");
    }
    if (const auto text = context.query_value("overdue")) {
        if (*text != "true") return Members::invalid("overdue");
        query.overdue = true;
    }
    return query;
}

}  // namespace

Response requests(Services& services, const Request& request, const Context& context) {
    const auto page = page_request(context);
    const auto query = decode_query(context);
    if (!page || !query) return http::problem((page ? query.error() : page.error()), request.request_id);
    return reply(request, services.chains.requests(principal_of(context), *query, *page),
                 [](const service::Page<service::RequestItem>& found) { return page_reply(found, encode_request); });
}

}  // namespace rogatory::api
