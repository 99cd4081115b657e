#pragma once

#include <optional>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/model/request_content.hpp"
#include "platform/record/request_bodies.hpp"
#include "platform/record/sealed_body.hpp"

// What a request, a kept draft or a version of a work says, as the JSON in which it stands in sealed bodies and
// statements: for whoever keeps it elsewhere (what is under way on the device) or shows it to a program. Reading checks
// as much as a sealed body does.
namespace rogatory::record {

[[nodiscard]] encoding::Json write_content(const model::RequestContent& content);
[[nodiscard]] std::optional<model::RequestContent> read_content(const encoding::Json& json);
[[nodiscard]] encoding::Json write_routing(const Routing& routing);
[[nodiscard]] std::optional<Routing> read_routing(const encoding::Json& json);
[[nodiscard]] encoding::Json write_clear_routing(const model::RequestRouting& routing);
[[nodiscard]] std::optional<model::RequestRouting> read_clear_routing(const encoding::Json& json);
[[nodiscard]] encoding::Json write_draft(const SealedBody::Draft& draft);
[[nodiscard]] std::optional<SealedBody::Draft> read_draft(const encoding::Json& json);
[[nodiscard]] encoding::Json write_row(const model::ReportRow& row);
[[nodiscard]] std::optional<model::ReportRow> read_row(const encoding::Json& json);
[[nodiscard]] encoding::Json write_version(const model::LibraryVersion& version);
[[nodiscard]] std::optional<model::LibraryVersion> read_version(const encoding::Json& json);
[[nodiscard]] encoding::Json write_language_version(const model::LanguageVersion& version);
[[nodiscard]] std::optional<model::LanguageVersion> read_language_version(const encoding::Json& json);
[[nodiscard]] encoding::Json write_enquiry(const model::Enquiry& enquiry);
[[nodiscard]] std::optional<model::Enquiry> read_enquiry(const encoding::Json& json);
[[nodiscard]] encoding::Json write_enquiry_answer(const model::EnquiryAnswer& answer);
[[nodiscard]] std::optional<model::EnquiryAnswer> read_enquiry_answer(const encoding::Json& json);

}  // namespace rogatory::record
