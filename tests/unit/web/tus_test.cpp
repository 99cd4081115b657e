// tus 1.0.0: one case for each MUST that a server of our extensions has, in the order of the specification.
#include <catch2/catch_test_macros.hpp>

#include "crypto/primitives/sha256.hpp"
#include "tests/unit/web/api_world.hpp"

namespace rogatory::tests {
namespace {

using Fields = ApiWorld::Fields;

struct Tus {
    Tus() {
        founder = world.found_party("SEN");
        dossier = world.open_dossier(*founder, {});
        upload = world.begin_upload(*founder, dossier, 20'000);
    }

    ApiWorld::Reply patch(std::uint64_t offset, std::string_view bytes, Fields more = {}) {
        Fields fields{{"Tus-Resumable", "1.0.0"},
                      {"Upload-Offset", std::to_string(offset)},
                      {"Content-Type", "application/offset+octet-stream"}};
        fields.insert(fields.end(), more.begin(), more.end());
        return world.call("PATCH", upload.location, upload.ticket, std::string{bytes}, fields);
    }
    ApiWorld::Reply head() {
        return world.call("HEAD", upload.location, upload.ticket, "", {{"Tus-Resumable", "1.0.0"}});
    }
    ApiWorld::Reply create(const Fields& fields) {
        return world.call("POST", "/api/v1/uploads", founder->token, "", fields);
    }
    std::string metadata() {
        const auto item = [](const char* key, const std::string& value) {
            return std::string{key} + " " + base64_of(as_bytes(value));
        };
        return item("chain", hex_of(dossier)) + "," +
               item("attachment", hex_of(world.world.id<model::AttachmentId>())) + "," +
               item("authority", hex_of(founder->person->authority));
    }
    std::string_view bytes(std::size_t from, std::size_t count = std::string::npos) {
        return as_text(upload.bytes).substr(from, count);
    }

    ApiWorld world;
    ApiWorld::AccountPtr founder;
    model::ChainId dossier;
    ApiWorld::Upload upload;
};

}  // namespace

TEST_CASE("tus: versions, core protocol", "[web][tus]") {
    Tus tus;
    SECTION("every reply but to OPTIONS has Tus-Resumable, refusals too") {
        CHECK(tus.head().header("Tus-Resumable") == "1.0.0");
        CHECK(tus.patch(7, "x").header("Tus-Resumable") == "1.0.0");
        CHECK(tus.world.call("HEAD", tus.upload.location, "no ticket", "", {{"Tus-Resumable", "1.0.0"}})
                  .header("Tus-Resumable") == "1.0.0");
        CHECK(tus.world.call("POST", "/api/v1/uploads").header("Tus-Resumable") == "1.0.0");
    }
    SECTION("a version that is not ours, or none, is a 412 with Tus-Version, and nothing is done") {
        for (const Fields& version : {Fields{}, Fields{{"Tus-Resumable", "0.2.2"}}}) {
            auto fields = version;
            fields.emplace_back("Upload-Offset", "0");
            fields.emplace_back("Content-Type", "application/offset+octet-stream");
            const auto reply = tus.world.call("PATCH", tus.upload.location, tus.upload.ticket, "x", fields);
            CHECK(reply.status == 412);
            CHECK(reply.header("Tus-Version") == "1.0.0");
            CHECK(tus.world.call("DELETE", tus.upload.location, tus.upload.ticket, "", version).status == 412);
            CHECK(tus.world.call("HEAD", tus.upload.location, tus.upload.ticket, "", version).status == 412);
            auto creation = version;
            creation.emplace_back("Upload-Length", "2000");
            creation.emplace_back("Upload-Metadata", tus.metadata());
            CHECK(tus.create(creation).status == 412);
        }
        CHECK(tus.head().header("Upload-Offset") == "0");
    }
    SECTION("HEAD gives offset, length and metadata, and is never cached") {
        const auto reply = tus.head();
        CHECK(reply.status == 200);
        CHECK(reply.header("Upload-Offset") == "0");
        CHECK(reply.header("Upload-Length") == std::to_string(tus.upload.bytes.size()));
        CHECK(reply.header("Upload-Metadata").starts_with("chain "));
        CHECK(reply.header("Cache-Control") == "no-store");
        tus.patch(0, tus.bytes(0));
        CHECK(tus.head().header("Upload-Offset") == std::to_string(tus.upload.bytes.size()));
    }
    SECTION("HEAD of what is not there has no offset") {
        const auto reply = tus.world.call("HEAD", "/api/v1/uploads/" + std::string(32, '0'), tus.upload.ticket, "",
                                          {{"Tus-Resumable", "1.0.0"}});
        CHECK(reply.status == 404);
        CHECK_FALSE(reply.headers.has("Upload-Offset"));
    }
    SECTION("PATCH without its media type is a 415") {
        const auto reply =
            tus.world.call("PATCH", tus.upload.location, tus.upload.ticket, "x",
                           {{"Tus-Resumable", "1.0.0"}, {"Upload-Offset", "0"}, {"Content-Type", "text/plain"}});
        CHECK(reply.status == 415);
        CHECK(tus.head().header("Upload-Offset") == "0");
    }
    SECTION("PATCH at another offset is a 409 and changes nothing") {
        CHECK(tus.patch(0, tus.bytes(0, 100)).status == 204);
        for (const std::uint64_t wrong : {0U, 99U, 101U, 20'000U}) CHECK(tus.patch(wrong, "x").status == 409);
        CHECK(tus.head().header("Upload-Offset") == "100");
    }
    SECTION("PATCH without an offset, or with one that is no number, is refused") {
        for (const auto* const wrong : {"-1", "+0", "0x0", "1.0", ""}) {
            const auto reply = tus.world.call("PATCH", tus.upload.location, tus.upload.ticket, "x",
                                              {{"Tus-Resumable", "1.0.0"},
                                               {"Upload-Offset", wrong},
                                               {"Content-Type", "application/offset+octet-stream"}});
            CHECK(reply.status == 400);
        }
    }
    SECTION("PATCH is answered by 204 and the sum") {
        const auto first = tus.patch(0, tus.bytes(0, 7000));
        CHECK(first.status == 204);
        CHECK(first.header("Upload-Offset") == "7000");
        CHECK(tus.patch(7000, "").header("Upload-Offset") == "7000");
        CHECK(tus.patch(7000, tus.bytes(7000)).header("Upload-Offset") == std::to_string(tus.upload.bytes.size()));
    }
    SECTION("PATCH beyond the length is refused") {
        CHECK(tus.patch(0, std::string(tus.upload.bytes.size() + 1, 'x')).status == 413);
    }
    SECTION("OPTIONS says versions, extensions, size and algorithms, whatever version is named") {
        for (const Fields& fields : {Fields{}, Fields{{"Tus-Resumable", "9.9.9"}}}) {
            const auto reply = tus.world.call("OPTIONS", "/api/v1/uploads", "", "", fields);
            CHECK(reply.status == 204);
            CHECK(reply.header("Tus-Version") == "1.0.0");
            CHECK(reply.header("Tus-Extension") == "creation,creation-with-upload,expiration,checksum,termination");
            CHECK(reply.header("Tus-Checksum-Algorithm") == "sha256,sha1");
            CHECK(std::stoull(reply.header("Tus-Max-Size")) > 0);
        }
    }
    SECTION("the method named by X-HTTP-Method-Override is the one that counts") {
        const auto reply = tus.world.call("POST", tus.upload.location, tus.upload.ticket, std::string{tus.bytes(0, 50)},
                                          {{"X-HTTP-Method-Override", "PATCH"},
                                           {"Tus-Resumable", "1.0.0"},
                                           {"Upload-Offset", "0"},
                                           {"Content-Type", "application/offset+octet-stream"}});
        CHECK(reply.status == 204);
        CHECK(reply.header("Upload-Offset") == "50");
        CHECK(tus.world.call("POST", tus.upload.location, tus.upload.ticket).status == 405);
        CHECK(tus.world.call("POST", "/api/v1/session", tus.founder->token, "", {{"X-HTTP-Method-Override", "DELETE"}})
                  .status == 405);
    }
    CHECK(tus.world.broken.empty());
}

TEST_CASE("tus: creation and expiration", "[web][tus]") {
    Tus tus;
    const Fields version{{"Tus-Resumable", "1.0.0"}};
    const auto with = [&](const std::string& length, const std::string& metadata) {
        auto fields = version;
        fields.emplace_back("Upload-Length", length);
        fields.emplace_back("Upload-Metadata", metadata);
        return tus.create(fields);
    };
    SECTION("201 with a place to send to and the time until which it is kept") {
        const auto reply = with("5000", tus.metadata());
        CHECK(reply.status == 201);
        CHECK(reply.header("Location").starts_with("/api/v1/uploads/"));
        CHECK(reply.header("Upload-Expires").ends_with(" GMT"));
        CHECK(reply.header("Upload-Ticket").size() == 43);
    }
    SECTION("a length is a number, and one that is deferred or missing is refused") {
        for (const auto* const wrong : {"", "-1", "1.0", "abc", "99999999999999999999"}) {
            CHECK(with(wrong, tus.metadata()).status == 400);
        }
        auto fields = version;
        fields.emplace_back("Upload-Metadata", tus.metadata());
        CHECK(tus.create(fields).status == 400);
        fields.emplace_back("Upload-Defer-Length", "1");
        CHECK(tus.create(fields).status == 400);
    }
    SECTION("more than the largest is a 413") { CHECK(with("9000000000000000", tus.metadata()).status == 413); }
    SECTION("metadata is what we need and nothing else") {
        for (const std::string& wrong :
             {std::string{}, std::string{"chain"}, tus.metadata() + ",filename YS5wZGY=",
              std::string{"chain YQ==,attachment YQ==,authority YQ=="}, tus.metadata() + "," + tus.metadata()}) {
            INFO(wrong);
            CHECK(with("5000", wrong).status == 400);
        }
    }
    SECTION("PATCH says until when, and after that there is nothing") {
        CHECK(tus.patch(0, tus.bytes(0, 10)).header("Upload-Expires").ends_with(" GMT"));
        tus.world.pass(14 * kDay + kHour);
        CHECK(tus.head().status == 404);
        CHECK(tus.patch(10, tus.bytes(10)).status == 404);
    }
    SECTION("the ticket outlives the session, and another's ticket opens nothing") {
        const auto other = tus.world.begin_upload(*tus.founder, tus.dossier);
        CHECK(tus.world.call("DELETE", "/api/v1/session", tus.founder->token).status == 204);
        CHECK(tus.patch(0, tus.bytes(0, 10)).status == 204);
        CHECK(tus.world.call("HEAD", tus.upload.location, other.ticket, "", version).status == 404);
        CHECK(tus.world.call("GET", "/api/v1/me", tus.upload.ticket).status == 401);
    }
    CHECK(tus.world.broken.empty());
}

TEST_CASE("tus: creation with upload", "[web][tus]") {
    Tus tus;
    const auto all = tus.upload.bytes.size();
    const auto post = [&](std::string_view bytes, const Fields& more = {}, const std::string& length = {},
                          const std::string& type = "application/offset+octet-stream") {
        Fields fields{{"Tus-Resumable", "1.0.0"}, {"Upload-Length", length.empty() ? std::to_string(all) : length}};
        if (!type.empty()) fields.emplace_back("Content-Type", type);
        fields.insert(fields.end(), more.begin(), more.end());
        return tus.world.call("POST", "/api/v1/uploads", tus.founder->token, std::string{bytes}, fields);
    };
    const Fields named{{"Upload-Metadata", tus.metadata()}};
    const auto offset = [&](const ApiWorld::Reply& created) {
        return tus.world
            .call("HEAD", created.header("Location"), created.header("Upload-Ticket"), "", {{"Tus-Resumable", "1.0.0"}})
            .header("Upload-Offset");
    };
    SECTION("all of it: 201, and the offset after the bytes") {
        const auto created = post(tus.bytes(0), named);
        CHECK(created.status == 201);
        CHECK(created.header("Location").starts_with("/api/v1/uploads/"));
        CHECK(created.header("Upload-Ticket").size() == 43);
        CHECK(created.header("Upload-Offset") == std::to_string(all));
        CHECK(created.header("Upload-Expires").ends_with(" GMT"));
        CHECK(created.header("Tus-Resumable") == "1.0.0");
        CHECK(offset(created) == std::to_string(all));
        const auto again = post(tus.bytes(0), named);
        CHECK(again.status == 201);
        CHECK(again.header("Location") == created.header("Location"));
        CHECK(again.header("Upload-Offset") == std::to_string(all));
        CHECK(again.header("Upload-Ticket") != created.header("Upload-Ticket"));
    }
    SECTION("the first of it: a PATCH goes on from there") {
        const auto created = post(tus.bytes(0, 7000), named);
        CHECK(created.status == 201);
        CHECK(created.header("Upload-Offset") == "7000");
        tus.upload.location = created.header("Location");
        tus.upload.ticket = created.header("Upload-Ticket");
        CHECK(tus.patch(7000, tus.bytes(7000)).header("Upload-Offset") == std::to_string(all));
    }
    SECTION("a body of another type, or of none, is a 415, and nothing is created") {
        for (const auto* const type : {"", "text/plain", "application/octet-stream"}) {
            CHECK(post(tus.bytes(0), named, {}, type).status == 415);
        }
        CHECK(post(tus.bytes(0), named).header("Upload-Offset") == std::to_string(all));
    }
    SECTION("a body longer than the upload is a 413") {
        CHECK(post(tus.bytes(0), named, std::to_string(all - 1)).status == 413);
    }
    SECTION("no length, none yet, or none at all is refused with a body as without one") {
        auto deferred = named;
        deferred.emplace_back("Upload-Defer-Length", "1");
        CHECK(post(tus.bytes(0), deferred).status == 400);
        CHECK(post(tus.bytes(0), named, "x").status == 400);
        CHECK(post(tus.bytes(0), named, "0").status == 413);
        CHECK(post("", named, "0").status == 400);
        CHECK(post(tus.bytes(0)).status == 400);
    }
    SECTION("an empty body is a creation, whatever it says of itself") {
        const auto created = post("", named);
        CHECK(created.status == 201);
        CHECK(created.header("Upload-Offset") == "0");
    }
    SECTION("a checksum is of the bytes that came: 460, and nothing counts") {
        auto fields = named;
        fields.emplace_back("Upload-Checksum", "sha256 " + base64_of(crypto::sha256(as_bytes("else")).value()));
        CHECK(post(tus.bytes(0), fields).status == 460);
        fields.back().second = "md5 kAFQmDzST7DWlj99KOF/cg==";
        CHECK(post(tus.bytes(0), fields).status == 400);
        fields.back().second = "sha256 " + base64_of(crypto::sha256(as_bytes(tus.bytes(0))).value());
        CHECK(post(tus.bytes(0), fields).header("Upload-Offset") == std::to_string(all));
    }
    SECTION("what is no age file is refused, and so is a version that is not ours") {
        const auto reply = post(std::string(all, 'x'), named);
        CHECK(reply.status == 400);
        CHECK(reply.body.find("blob.stanzas") != std::string::npos);
        CHECK(tus.world
                  .call("POST", "/api/v1/uploads", tus.founder->token, std::string{tus.bytes(0)},
                        {{"Tus-Resumable", "0.2.2"}, {"Content-Type", "application/offset+octet-stream"}})
                  .status == 412);
    }
    CHECK(tus.world.broken.empty());
}

TEST_CASE("tus: checksum and termination", "[web][tus]") {
    Tus tus;
    const auto sha256 = [](std::string_view bytes) {
        return "sha256 " + base64_of(crypto::sha256(as_bytes(bytes)).value());
    };
    SECTION("a piece that agrees is taken, one that does not is a 460 and changes nothing") {
        CHECK(tus.patch(0, tus.bytes(0, 5000), {{"Upload-Checksum", sha256(tus.bytes(0, 5000))}}).status == 204);
        const auto wrong = tus.patch(5000, tus.bytes(5000, 5000), {{"Upload-Checksum", sha256("else")}});
        CHECK(wrong.status == 460);
        CHECK(tus.head().header("Upload-Offset") == "5000");
        CHECK(tus.patch(5000, tus.bytes(5000), {{"Upload-Checksum", sha256(tus.bytes(5000))}}).status == 204);
        CHECK(tus.head().header("Upload-Offset") == std::to_string(tus.upload.bytes.size()));
    }
    SECTION("SHA-1 is supported, as it must be") {
        tus.world.clock.pass(0);
        // SHA-1 of "abc" (RFC 3174); the bytes of an age file never are "abc", and only its damage is looked at here.
        CHECK(tus.patch(0, "abc", {{"Upload-Checksum", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}}).status == 204);
        CHECK(tus.patch(3, "abd", {{"Upload-Checksum", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}}).status == 460);
        CHECK(tus.head().header("Upload-Offset") == "3");
    }
    SECTION("an algorithm we do not have, or a checksum that is none, is a 400 and changes nothing") {
        for (const auto* const wrong :
             {"md5 kAFQmDzST7DWlj99KOF/cg==", "sha256", "sha256 AAAA", "SHA256 AAAA", "sha1 AAAA", ""}) {
            CHECK(tus.patch(0, tus.bytes(0, 5000), {{"Upload-Checksum", wrong}}).status == 400);
        }
        CHECK(tus.head().header("Upload-Offset") == "0");
    }
    SECTION("DELETE is a 204, and then there is nothing") {
        const Fields version{{"Tus-Resumable", "1.0.0"}};
        CHECK(tus.world.call("DELETE", tus.upload.location, tus.upload.ticket, "", version).status == 204);
        CHECK(tus.head().status == 404);
        CHECK(tus.patch(0, "x").status == 404);
        CHECK(tus.world.call("DELETE", tus.upload.location, tus.upload.ticket, "", version).status == 404);
    }
    SECTION("what is no age file is refused when it is complete") {
        const auto reply = tus.patch(0, std::string(tus.upload.bytes.size(), 'x'));
        CHECK(reply.status == 400);
        CHECK(reply.body.find("blob.stanzas") != std::string::npos);
    }
    CHECK(tus.world.broken.empty());
}

}  // namespace rogatory::tests
