#include "platform/record/request_texts.hpp"

#include "platform/record/schema_content.hpp"
#include "platform/record/schema_report.hpp"
#include "platform/record/schema_sealed.hpp"

namespace rogatory::record {

encoding::Json write_content(const model::RequestContent& content) {
    return codec::write_object(codec::text_of(content));
}
std::optional<model::RequestContent> read_content(const encoding::Json& json) {
    auto text = codec::read_object<codec::ContentText>(json);
    if (!text) return std::nullopt;
    return codec::value_of(*std::move(text));
}

encoding::Json write_routing(const Routing& routing) { return codec::write_object(routing); }
std::optional<Routing> read_routing(const encoding::Json& json) { return codec::read_object<Routing>(json); }

encoding::Json write_clear_routing(const model::RequestRouting& routing) { return codec::write_object(routing); }
std::optional<model::RequestRouting> read_clear_routing(const encoding::Json& json) {
    return codec::read_object<model::RequestRouting>(json);
}

encoding::Json write_draft(const SealedBody::Draft& draft) { return codec::write_object(codec::text_of(draft)); }
std::optional<SealedBody::Draft> read_draft(const encoding::Json& json) {
    auto text = codec::read_object<codec::DraftText>(json);
    if (!text) return std::nullopt;
    return codec::value_of(*std::move(text));
}

encoding::Json write_row(const model::ReportRow& row) { return codec::write_object(row); }
std::optional<model::ReportRow> read_row(const encoding::Json& json) {
    return codec::read_object<model::ReportRow>(json);
}
encoding::Json write_version(const model::LibraryVersion& version) { return codec::write_object(version); }
std::optional<model::LibraryVersion> read_version(const encoding::Json& json) {
    return codec::read_object<model::LibraryVersion>(json);
}

encoding::Json write_language_version(const model::LanguageVersion& version) { return codec::write_object(version); }
std::optional<model::LanguageVersion> read_language_version(const encoding::Json& json) {
    return codec::read_object<model::LanguageVersion>(json);
}

encoding::Json write_enquiry(const model::Enquiry& enquiry) { return codec::write_object(enquiry); }
std::optional<model::Enquiry> read_enquiry(const encoding::Json& json) {
    return codec::read_object<model::Enquiry>(json);
}

encoding::Json write_enquiry_answer(const model::EnquiryAnswer& answer) { return codec::write_object(answer); }
std::optional<model::EnquiryAnswer> read_enquiry_answer(const encoding::Json& json) {
    return codec::read_object<model::EnquiryAnswer>(json);
}

}  // namespace rogatory::record
