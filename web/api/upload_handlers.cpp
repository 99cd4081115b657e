// tus 1.0.0 with creation (with its bytes, too), expiration, checksum and termination, for ciphertext.
#include <array>

#include "crypto/encoding/base64.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"
#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

constexpr std::string_view kVersion = "1.0.0";
constexpr std::string_view kBytesType = "application/offset+octet-stream";

// "If the version specified by the Client is not supported by the Server, it MUST respond with the 412 Precondition
// Failed status and MUST include the Tus-Version header into the response. In addition, the Server MUST NOT process
// the request." A request without the field specifies none.
std::optional<Response> refuse_version(const Request& request) {
    if (request.headers.find("Tus-Resumable") == kVersion) return std::nullopt;
    auto response = http::problem(412, "upload.version", request.request_id);
    response.headers.add("Tus-Version", std::string{kVersion});
    return response;
}

Result<service::UploadRequest> decode_creation(const Request& request) {
    if (request.headers.has("Upload-Defer-Length") || request.headers.has("Upload-Concat")) {
        return fail(ErrorCode::invalid_input, "upload.extension");
    }
    const auto length_text = request.headers.find("Upload-Length");
    const auto length = length_text ? http::parse_unsigned(*length_text) : std::nullopt;
    if (!length) return fail(ErrorCode::invalid_input, "upload.length");
    const auto metadata = request.headers.find("Upload-Metadata");
    if (!metadata) return fail(ErrorCode::invalid_input, "upload.metadata_malformed");
    ROGATORY_TRY(const auto pairs, http::parse_upload_metadata(*metadata));
    service::UploadRequest upload;
    upload.length = *length;
    constexpr std::array<std::string_view, 3> kOrder{"chain", "attachment", "authority"};
    std::size_t known = 0;
    for (const auto& [name, value] : pairs) {
        if (known == kOrder.size() || name != kOrder.at(known)) {
            return fail(ErrorCode::invalid_input, "upload.metadata_malformed");
        }
        const auto chain = name == "chain" ? encoding::hex_decode_array<32>(value) : std::nullopt;
        const auto id =
            name == "attachment" || name == "authority" ? encoding::hex_decode_array<16>(value) : std::nullopt;
        if (chain) upload.chain = ports::ChainId{*chain};
        if (id && name == "attachment") upload.attachment = ports::AttachmentId{*id};
        if (id && name == "authority") upload.authority = ports::AuthorityId{*id};
        // Whatever else a client would say here would be in the clear: names and types of files above all.
        if (!chain && !id) return fail(ErrorCode::invalid_input, "upload.metadata_malformed");
        ++known;
    }
    if (known != 3) return fail(ErrorCode::invalid_input, "upload.metadata_malformed");
    return upload;
}

std::string_view ticket_of(const Request& request) {
    return http::bearer_token(request.headers.find("Authorization").value_or(std::string_view{}))
        .value_or(std::string_view{});
}

void add_state(Response& response, const service::UploadState& state) {
    response.headers.add("Upload-Offset", std::to_string(state.offset));
    response.headers.add("Upload-Expires", http::http_date(state.expires_at));
}

template <std::size_t N>
Result<ByteArray<N>> exactly(const std::optional<Bytes>& bytes) {
    if (!bytes || bytes->size() != N) return fail(ErrorCode::invalid_input, "upload.checksum_malformed");
    ByteArray<N> out{};
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

// "If an upload contains additional metadata, responses to HEAD requests MUST include the Upload-Metadata header and
// its value as specified by the Client during the creation": what there can be is three ids, in one order.
std::string metadata_of(const service::UploadState& state) {
    const auto item = [](std::string_view name, const std::string& id) {
        return std::string{name} + ' ' + encoding::base64_encode(as_bytes(id));
    };
    return item("chain", hex(state.chain)) + ',' + item("attachment", hex(state.attachment)) + ',' +
           item("authority", hex(state.authority));
}

// "Upload-Checksum: sha256 <base64>". An algorithm we do not have is a 400, before any byte is taken.
Result<std::optional<service::UploadChecksum>> decode_checksum(const Request& request) {
    using Checksum = std::optional<service::UploadChecksum>;
    const auto field = request.headers.find("Upload-Checksum");
    if (!field) return Checksum{};
    const auto space = field->find(' ');
    const auto algorithm = field->substr(0, space);
    if (space == std::string_view::npos || (algorithm != "sha256" && algorithm != "sha1")) {
        return fail(ErrorCode::invalid_input, "upload.checksum_algorithm");
    }
    const auto bytes = encoding::base64_decode(field->substr(space + 1));
    if (algorithm == "sha1") {
        ROGATORY_TRY(const auto digest, exactly<20>(bytes));
        return Checksum{digest};
    }
    ROGATORY_TRY(const auto digest, exactly<32>(bytes));
    return Checksum{ports::Digest{digest}};
}

Response sink_problem(const Error& error, const std::string& request_id) {
    // tus: "460 Checksum Mismatch", a status of its own.
    if (error.key() == "upload.checksum") return http::problem(460, error.key(), request_id);
    return http::problem(error, request_id);
}

class PatchSink final : public http::BodySink {
public:
    PatchSink(std::unique_ptr<service::UploadSink> sink, std::string request_id)
        : sink_{std::move(sink)}, request_id_{std::move(request_id)} {}

    std::optional<Response> write(ByteView piece) override {
        const auto written = sink_->write(piece);
        if (written) return std::nullopt;
        // What was written before is kept: the sender goes on from there when there is room again.
        abandon();
        return sink_problem(written.error(), request_id_);
    }
    Response finish() override {
        const auto state = sink_->finish();
        if (!state) return sink_problem(state.error(), request_id_);
        auto response = Response::empty(204);
        add_state(response, *state);
        return response;
    }
    void abandon() override {
        // Nobody is there to be told; the offset will say what was kept.
        [[maybe_unused]] const auto ignored = sink_->finish();
    }

private:
    std::unique_ptr<service::UploadSink> sink_;
    std::string request_id_;
};

Response created_reply(const service::UploadCreated& created) {
    auto response = Response::empty(201);
    response.headers.add("Location", "/api/v1/uploads/" + hex(created.upload));
    response.headers.add("Upload-Ticket", created.ticket);
    service::UploadState state;
    state.offset = created.offset;
    state.expires_at = created.expires_at;
    add_state(response, state);
    return response;
}

class CreationSink final : public http::BodySink {
public:
    CreationSink(std::unique_ptr<service::UploadCreation> creation, std::string request_id)
        : creation_{std::move(creation)}, request_id_{std::move(request_id)} {}

    std::optional<Response> write(ByteView piece) override {
        const auto written = creation_->write(piece);
        if (written) return std::nullopt;
        abandon();
        return sink_problem(written.error(), request_id_);
    }
    Response finish() override {
        const auto created = creation_->finish();
        return created ? created_reply(*created) : sink_problem(created.error(), request_id_);
    }
    void abandon() override { creation_->abandon(); }

private:
    std::unique_ptr<service::UploadCreation> creation_;
    std::string request_id_;
};

bool brings_bytes(const Request& request) {
    return http::media_type(request.headers.find("Content-Type").value_or("")) == kBytesType;
}

}  // namespace

Response upload_options(const ApiSettings& settings, const Request&, const Context&) {
    auto response = Response::empty(204);
    response.headers.add("Tus-Version", std::string{kVersion});
    response.headers.add("Tus-Extension", "creation,creation-with-upload,expiration,checksum,termination");
    response.headers.add("Tus-Max-Size", std::to_string(settings.max_upload));
    response.headers.add("Tus-Checksum-Algorithm", "sha256,sha1");
    return response;
}

http::StreamStart create_upload(Services& services, const ApiSettings& settings, const Request& request,
                                const Context& context) {
    if (auto refused = refuse_version(request)) return *std::move(refused);
    const auto decoded = decode_creation(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    if (decoded->length > settings.max_upload) return http::problem(413, "upload.too_large", request.request_id);
    const auto bytes = request.content_length.value_or(0);
    if (bytes == 0) return reply(request, services.uploads.create(principal_of(context), *decoded), created_reply);
    if (!brings_bytes(request)) return http::problem(415, "upload.content_type", request.request_id);
    const auto checksum = decode_checksum(request);
    if (!checksum) return http::problem(checksum.error(), request.request_id);
    auto begun = services.uploads.create_with(principal_of(context), *decoded, bytes, *checksum);
    if (!begun) return http::problem(begun.error(), request.request_id);
    // As far as it came before: none of these bytes is wanted.
    if (const auto* const earlier = std::get_if<service::UploadCreated>(&*begun)) return created_reply(*earlier);
    return std::make_unique<CreationSink>(std::get<std::unique_ptr<service::UploadCreation>>(*std::move(begun)),
                                          request.request_id);
}

Response upload_offset(Services& services, const Request& request, const Context& context) {
    if (auto refused = refuse_version(request)) return *std::move(refused);
    const auto id = id_in_path<ports::UploadId, 16>(context, "id");
    if (!id) return http::problem(id.error(), request.request_id);
    return reply(request, services.uploads.state(ticket_of(request), *id), [](const service::UploadState& state) {
        auto response = Response::empty(200);
        add_state(response, state);
        response.headers.add("Upload-Length", std::to_string(state.length));
        response.headers.add("Upload-Metadata", metadata_of(state));
        return response;
    });
}

http::StreamStart upload_bytes(Services& services, const Request& request, const Context& context) {
    if (auto refused = refuse_version(request)) return *std::move(refused);
    const auto id = id_in_path<ports::UploadId, 16>(context, "id");
    if (!id) return http::problem(id.error(), request.request_id);
    if (!brings_bytes(request)) return http::problem(415, "upload.content_type", request.request_id);
    const auto offset_text = request.headers.find("Upload-Offset");
    const auto offset = offset_text ? http::parse_unsigned(*offset_text) : std::nullopt;
    if (!offset) return http::problem(400, "upload.offset_missing", request.request_id);
    const auto checksum = decode_checksum(request);
    if (!checksum) return http::problem(checksum.error(), request.request_id);
    auto sink = services.uploads.open(ticket_of(request), *id, *offset, *checksum);
    if (!sink) return http::problem(sink.error(), request.request_id);
    return std::make_unique<PatchSink>(*std::move(sink), request.request_id);
}

Response end_upload(Services& services, const Request& request, const Context& context) {
    if (auto refused = refuse_version(request)) return *std::move(refused);
    const auto id = id_in_path<ports::UploadId, 16>(context, "id");
    if (!id) return http::problem(id.error(), request.request_id);
    return no_content(request, services.uploads.remove(ticket_of(request), *id));
}

}  // namespace rogatory::api
