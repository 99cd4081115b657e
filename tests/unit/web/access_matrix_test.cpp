// Every operation of the contract × every kind of caller × every Party's standing × every state of the thing, against
// the real application. What is not yours must answer byte for byte like what is not there, apart from the request id.
//
// The gate (who may come in at all) is generated from openapi.yaml's x-access; what he finds is said by may_see()
// below, written from the protocol and not from the code.
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <functional>
#include <regex>
#include <set>

#include "tests/unit/web/api_world.hpp"

namespace rogatory::tests {
namespace {

enum class Standing { none, owner, participant, sibling, stranger };
enum class Role {
    none,
    enrolment,
    kit,
    reader,
    officer,
    custodian,
    service,
    administrator,
    auditor,
    suspended,
    removed,
    barred,   // his Party's own rules let nobody in from here
    way_back  // nor him, who may set them anew: a custodian of its root authority, with his second factor just shown
};

struct Actor {
    std::string name;
    Standing standing = Standing::none;
    Role role = Role::none;
    std::string token;
    ApiWorld::AccountPtr account;
    model::ChainId register_chain;  // of his Party, where he has one
};

bool is_member(Role role) {
    return role == Role::reader || role == Role::officer || role == Role::custodian || role == Role::service;
}
bool is_kept_out(Role role) { return role == Role::barred || role == Role::way_back; }
bool session_is_over(Role role) { return role == Role::none || role == Role::suspended || role == Role::removed; }

// The words of x-access and x-open-to-barred.
bool may_enter(const test::Contract::Operation& operation, Role role) {
    const auto access = operation.text("x-access");
    const bool full = is_member(role) || role == Role::administrator || role == Role::auditor;
    if (access == "none" || access == "ticket") return true;
    if (session_is_over(role) || role == Role::barred) return false;
    if (role == Role::way_back) return operation.spec->contains("x-open-to-barred");
    if (access == "enrolment") return role == Role::enrolment;
    if (access == "kit") return full || role == Role::kit;
    if (access == "any") return true;
    if (access == "registry") return is_member(role) || role == Role::enrolment;
    if (access == "member") return is_member(role);
    if (access == "account") return full;
    if (access == "auditor") return role == Role::administrator || role == Role::auditor;
    if (access == "administrator") return role == Role::administrator;
    throw std::logic_error{"x-access has a word that this test does not know: " + access};
}

enum class See { yes, no, refused };  // refused: he may know that it is there

struct Case {
    std::string state;  // "exists", "not there", "withdrawn", "closed", …
    std::string target;
    std::function<See(const Actor&)> see;
    int status = 200;  // for those who see
    json::object body;
    ApiWorld::Fields fields;
    std::string raw;
};

See in_dossier(const Actor& actor) {
    const bool theirs = actor.standing == Standing::owner || actor.standing == Standing::participant;
    return theirs && is_member(actor.role) ? See::yes : See::no;
}
See nobody(const Actor&) { return See::no; }
See everybody(const Actor&) { return See::yes; }

std::string normalised(const ApiWorld::Reply& reply) {
    static const std::regex id{"\"request_id\":\"[0-9a-f]{16}\""};
    static const std::regex support{"\"support\":\"[0-9A-Z]{4}-[0-9A-Z]{4}\""};  // by lot, for everybody
    std::string out = std::to_string(reply.status) + "\n";
    for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\n";
    return out + std::regex_replace(std::regex_replace(reply.body, id, "\"request_id\":\"\""), support, "");
}

std::string key_of(const ApiWorld::Reply& reply) {
    static const std::regex type{"urn:rogatory:problem:([a-z0-9_.]+)"};
    std::smatch found;
    return std::regex_search(reply.body, found, type) ? found[1].str() : std::string{};
}

class Matrix {
public:
    Matrix();
    void run();

    std::size_t cases = 0;
    std::vector<std::string> leaks;   // said too much, or let in
    std::vector<std::string> faults;  // kept out who should be in
    std::set<std::string> covered;
    ApiWorld world;

private:
    struct Team {
        ApiWorld::AccountPtr custodian, reader, officer, service, suspended, removed;
        ApiWorld::Invitation invitation;
    };
    Team recruit(ApiWorld::AccountPtr custodian);
    void add_actors(const std::string& name, Standing standing, Team& team);
    [[nodiscard]] std::vector<Case> cases_of(const test::Contract::Operation& operation);
    void try_one(const test::Contract::Operation& operation, const Actor& actor);
    void try_append(const test::Contract::Operation& operation, const Actor& actor);
    void try_note(const test::Contract::Operation& operation, const Actor& actor);
    void judge(const test::Contract::Operation& operation, const Actor& actor, const Case& one,
               const ApiWorld::Reply& reply, const std::string& absent);
    [[nodiscard]] record::SignedStatement entry_by(const Actor& actor, const model::ChainId& chain,
                                                   const model::ChainId& said_chain);
    [[nodiscard]] model::Digest keyring_of(const Person& person) const;
    [[nodiscard]] model::Digest grant_to(const Person& person) const;

    std::vector<Actor> actors_;
    Team owner_, sibling_, participant_, stranger_;
    ApiWorld::AccountPtr extra_;
    ApiWorld::AccountPtr moved_;  // whose Party's rules name other addresses than everybody calls from
    model::ChainId open_, closed_, library_, receipts_, casebook_;
    ApiWorld::Attached attached_, withdrawn_, in_closed_, in_library_;
    model::Digest sealed_body_, note_;
    ApiWorld::Upload upload_;
    ApiWorld::Invitation sibling_invitation_;
    int serial_ = 0;
};

Matrix::Team Matrix::recruit(ApiWorld::AccountPtr custodian) {
    Team team;
    team.custodian = std::move(custodian);
    team.reader = world.join(*team.custodian, model::Role::reader);
    team.officer = world.join(*team.custodian, model::Role::officer);
    team.service = world.join(*team.custodian, model::Role::officer, true);
    team.suspended = world.join(*team.custodian, model::Role::officer);
    team.removed = world.join(*team.custodian, model::Role::officer);
    return team;
}

void Matrix::add_actors(const std::string& name, Standing standing, Team& team) {
    const auto chain = team.custodian->person->register_chain;
    const auto add = [&](const std::string& role_name, Role role, const std::string& token,
                         ApiWorld::AccountPtr account) {
        actors_.push_back({name + " " + role_name, standing, role, token, std::move(account), chain});
    };
    add("reader", Role::reader, world.sign_in(*team.reader), team.reader);
    add("officer", Role::officer, world.sign_in(*team.officer), team.officer);
    add("custodian", Role::custodian, world.sign_in(*team.custodian), team.custodian);
    add("service", Role::service, world.sign_in(*team.service), team.service);
    add("kit", Role::kit, world.sign_in(*team.reader, "kit"), team.reader);
    add("enrolment", Role::enrolment, world.redeem(team.invitation.redeem), nullptr);
    add("suspended", Role::suspended, team.suspended->token, team.suspended);
    add("removed", Role::removed, team.removed->token, team.removed);
}

Matrix::Matrix() {
    const auto sen = world.found_party("SEN");
    const auto fra = world.found_party("FRA");
    const auto ken = world.found_party("KEN");
    world.pin_all({sen, fra, ken});
    const auto aro = world.add_authority(*sen);
    owner_ = recruit(sen);
    participant_ = recruit(fra);
    stranger_ = recruit(ken);
    sibling_ = recruit(aro);
    extra_ = world.join(*ken, model::Role::reader);
    const auto auditor = world.make_auditor();

    open_ = world.open_dossier(*owner_.officer, {participant_.custodian});
    attached_ = world.add_entry(*owner_.officer, open_);
    const auto* entry = world.world.history().back().statement.body<record::Entry>();
    REQUIRE(entry != nullptr);
    sealed_body_ = entry->sealed;
    withdrawn_ = world.add_entry(*owner_.officer, open_);
    world.world.must(*owner_.officer->person, open_, record::Withdrawn{{withdrawn_.entry}, std::nullopt});
    world.push(*owner_.officer);
    world.world.must(*participant_.reader->person,
                     record::receipts_chain(open_, participant_.reader->person->authority),
                     record::Fetched{open_, {attached_.entry}});
    receipts_ = world.world.history().back().statement.statement().chain;
    world.push(*participant_.reader);
    casebook_ =
        record::casebook_chain(owner_.officer->person->authority, age::HybridIdentity::generate(world.world.random));
    note_ = world.blob();
    world.world.must(*owner_.officer->person, casebook_, record::Note{1, note_});
    world.push(*owner_.officer);
    closed_ = world.open_dossier(*owner_.officer, {participant_.custodian});
    in_closed_ = world.add_entry(*owner_.officer, closed_);
    world.world.must(*owner_.officer->person, closed_, record::Closed{std::nullopt});
    world.push(*owner_.officer);
    // A work of the library: the participant may publish as well, in works of its own.
    for (const auto* team : {&owner_, &participant_}) {
        const auto& root = *team->custodian;
        world.world.must(*root.person, root.person->register_chain, record::PublisherSet{root.person->authority, true});
        world.push(*team->custodian);
    }
    library_ = world.open_dossier(*owner_.officer, {participant_.custodian}, record::DossierKind::library);
    in_library_ = world.add_entry(*owner_.officer, library_);
    upload_ = world.begin_upload(*owner_.officer, open_);

    for (auto* const team : {&owner_, &sibling_, &participant_, &stranger_}) {
        world.sign_in(*team->removed);
        world.remove(*team->custodian, *team->removed);
        REQUIRE(world.call("GET", "/api/v1/me", team->removed->token).status == 401);
        world.sign_in(*team->suspended);
        world.sign_in(*world.administrator());
        REQUIRE(world
                    .call("POST", "/api/v1/admin/accounts/" + team->suspended->user_name + "/suspension",
                          world.administrator()->token, json::object{{"reason", "a test"}})
                    .status == 204);
        REQUIRE(world.call("GET", "/api/v1/me", team->suspended->token).status == 401);
        team->invitation = world.invite(*team->custodian, model::Role::reader);
    }
    // Invitations nobody has redeemed the session of: what DELETE is tried on.
    sibling_invitation_ = world.invite(*sibling_.custodian, model::Role::reader);

    REQUIRE(world
                .call("POST", "/api/v1/admin/parties", world.sign_in(*world.administrator()),
                      json::object{{"code", "X-D017"}, {"name", "A team"}})
                .status == 201);
    // Signed from where it lets in; everybody here calls from elsewhere.
    const auto nor = world.found_party("NOR");
    moved_ = nor;
    const auto nor_officer = world.join(*nor, model::Role::officer);
    const auto here = std::exchange(world.peer, "203.0.113.7");
    world.world.must(
        *nor->person, nor->person->register_chain,
        record::AccessPolicySet{std::nullopt, {"203.0.113.0/24"}, false, false, false, 900, 43'200, false});
    world.push(*nor);
    const auto officer_inside = world.sign_in(*nor_officer);
    const auto shown_long_ago = world.sign_in(*nor);
    for (int i = 0; i < 4; ++i) {
        world.pass(8 * kMinute);
        for (const auto& token : {officer_inside, shown_long_ago}) {
            REQUIRE(world.call("GET", "/api/v1/me", token).status == 200);
        }
    }
    world.peer = here;
    add_actors("owner", Standing::owner, owner_);
    add_actors("sibling", Standing::sibling, sibling_);
    add_actors("participant", Standing::participant, participant_);
    add_actors("stranger", Standing::stranger, stranger_);
    actors_.push_back({"administrator",
                       Standing::none,
                       Role::administrator,
                       world.sign_in(*world.administrator()),
                       world.administrator(),
                       {}});
    const auto nor_register = nor->person->register_chain;
    actors_.push_back({"barred officer", Standing::none, Role::barred, officer_inside, nor_officer, nor_register});
    actors_.push_back({"barred custodian", Standing::none, Role::barred, shown_long_ago, nor, nor_register});
    actors_.push_back({"moved custodian", Standing::none, Role::way_back, world.sign_in(*nor), nor, nor_register});
    actors_.push_back({"auditor", Standing::none, Role::auditor, world.sign_in(*auditor), auditor, {}});
    actors_.push_back({"nobody", Standing::none, Role::none, "", nullptr, {}});
    actors_.push_back({"a false token", Standing::none, Role::none, std::string(43, 'A'), nullptr, {}});
}

model::Digest Matrix::keyring_of(const Person& person) const {
    std::optional<model::Digest> keyring;
    for (const auto& logged : world.world.history()) {
        if (logged.statement.statement().chain != person.register_chain) continue;
        if (const auto* const body = logged.statement.body<record::MemberRemoved>();
            body != nullptr && body->authority == person.authority) {
            keyring = body->keyring;
        }
    }
    return *keyring;
}

model::Digest Matrix::grant_to(const Person& person) const {
    for (const auto& logged : world.world.history()) {
        const auto* const opened = logged.statement.body<record::Opened>();
        if (opened == nullptr || logged.statement.statement().chain != open_) continue;
        for (const auto& grant : opened->epoch.grants) {
            if (grant.authority == person.authority) return grant.grant;
        }
    }
    throw std::logic_error{"no such grant"};
}

std::vector<Case> Matrix::cases_of(const test::Contract::Operation& operation) {
    const auto id = operation.text("operationId");
    const std::string absent32(64, '7');
    const std::string absent16(32, '7');
    const auto tus = [](ApiWorld::Fields more = {}) {
        more.emplace_back("Tus-Resumable", "1.0.0");
        return more;
    };
    std::vector<Case> list;
    const auto add = [&](std::string state, std::string target, std::function<See(const Actor&)> see, int status = 200,
                         json::object body = {}, ApiWorld::Fields fields = {}) {
        list.push_back(
            {std::move(state), std::move(target), std::move(see), status, std::move(body), std::move(fields), {}});
    };
    const auto authority_is = [](Standing wanted) {
        return [wanted](const Actor& actor) {
            return actor.standing == wanted && is_member(actor.role) ? See::yes : See::no;
        };
    };
    const std::string chains = "/api/v1/chains/";

    // "not there" always stands first: the others are compared with it.
    if (id == "chain") {
        add("not there", chains + absent32, nobody);
        add("exists", chains + hex_of(open_), in_dossier);
        add("closed", chains + hex_of(closed_), in_dossier);
        add("library", chains + hex_of(library_), in_dossier);
        add("receipts", chains + hex_of(receipts_), in_dossier);
        // Another authority of the same Party is not told either.
        add("casebook", chains + hex_of(casebook_), authority_is(Standing::owner));
        for (const auto& custodian : {owner_.custodian, participant_.custodian, stranger_.custodian, moved_}) {
            const auto chain = custodian->person->register_chain;
            add("register", chains + hex_of(chain), [chain](const Actor& actor) {
                const bool own_only = actor.role == Role::enrolment || actor.role == Role::way_back;
                const bool own = own_only && actor.register_chain == chain;
                return is_member(actor.role) || own ? See::yes : See::no;
            });
        }
    } else if (id == "blob") {
        const auto open = chains + hex_of(open_) + "/blobs/";
        add("not there", open + absent32, nobody);
        add("not there", chains + absent32 + "/blobs/" + hex_of(sealed_body_), nobody);
        add("elsewhere", chains + hex_of(closed_) + "/blobs/" + hex_of(sealed_body_), nobody);
        add("sealed body", open + hex_of(sealed_body_), in_dossier);
        add("note", chains + hex_of(casebook_) + "/blobs/" + hex_of(note_), authority_is(Standing::owner));
        add("grant of the owner", open + hex_of(grant_to(*owner_.officer->person)), authority_is(Standing::owner));
        add("grant of the participant", open + hex_of(grant_to(*participant_.officer->person)),
            authority_is(Standing::participant));
        for (const auto& [team, standing] : {std::pair{&owner_, Standing::owner},
                                             {&sibling_, Standing::sibling},
                                             {&participant_, Standing::participant},
                                             {&stranger_, Standing::stranger}}) {
            const auto& person = *team->custodian->person;
            add("keyring", chains + hex_of(person.register_chain) + "/blobs/" + hex_of(keyring_of(person)),
                authority_is(standing));
        }
    } else if (id == "attachment") {
        const auto open = chains + hex_of(open_) + "/attachments/";
        add("not there", open + absent16, nobody);
        add("not there", chains + absent32 + "/attachments/" + hex_of(attached_.id), nobody);
        add("elsewhere", chains + hex_of(closed_) + "/attachments/" + hex_of(attached_.id), nobody);
        add("upload without statement", open + hex_of(upload_.attachment), nobody);
        add("exists", open + hex_of(attached_.id), in_dossier);
        add("part", open + hex_of(attached_.id), in_dossier, 206, {}, {{"Range", "bytes=0-9"}});
        add("withdrawn", open + hex_of(withdrawn_.id), in_dossier, 410);
        add("closed", chains + hex_of(closed_) + "/attachments/" + hex_of(in_closed_.id), in_dossier);
        add("library", chains + hex_of(library_) + "/attachments/" + hex_of(in_library_.id), in_dossier);
    } else if (id == "invitations") {
        const std::string path = "/api/v1/invitations?authority=";
        // Of an authority that is not there yet, its root's custodians may ask.
        const auto by_root = [](const Actor& actor) {
            if (actor.standing == Standing::sibling || !is_member(actor.role)) return See::no;
            return actor.role == Role::custodian ? See::yes : See::refused;
        };
        const auto of = [](Standing standing) {
            return [standing](const Actor& actor) {
                if (actor.standing != standing || !is_member(actor.role)) return See::no;
                return actor.role == Role::custodian ? See::yes : See::refused;
            };
        };
        add("not there", path + absent16, by_root);
        // To members of the root authority every free id is an authority to come; what is hidden from them is compared
        // with the stranger's, which is hidden from all of these.
        add("owner's", path + hex_of(owner_.custodian->person->authority), of(Standing::owner));
        add("sibling's", path + hex_of(sibling_.custodian->person->authority), of(Standing::sibling));
        add("stranger's", path + hex_of(stranger_.custodian->person->authority), of(Standing::stranger));
    } else if (id == "recoveries" || id == "kit_attempts") {
        // Nobody holds a part of anything here: to each authority's custodians, and to nobody else of its Party.
        const std::string path =
            id == "recoveries" ? "/api/v1/recoveries?authority=" : "/api/v1/kit-attempts?authority=";
        add("not there", path + absent16, nobody, 404);
        for (const auto& [team, standing] :
             {std::pair{&owner_, Standing::owner}, {&sibling_, Standing::sibling}, {&stranger_, Standing::stranger}}) {
            add("exists", path + hex_of(team->custodian->person->authority), [wanted = standing](const Actor& actor) {
                if (actor.standing != wanted || !is_member(actor.role)) return See::no;
                return actor.role == Role::custodian ? See::yes : See::refused;
            });
        }
    } else if (id == "party_audit") {
        // A Party's own trail: its root authority's custodians and services, and nobody else, not even of its Party.
        const std::string path = "/api/v1/audit?after=0&party=";
        add("not there", path + "ZZZ", nobody, 404);
        for (const auto& [code, standing] :
             {std::pair{"SEN", Standing::owner}, {"FRA", Standing::participant}, {"KEN", Standing::stranger}}) {
            add("exists", path + code, [wanted = standing](const Actor& actor) {
                if (actor.standing != wanted || !is_member(actor.role)) return See::no;
                return actor.role == Role::custodian || actor.role == Role::service ? See::yes : See::refused;
            });
        }
    } else if (id == "audit") {
        add("newest first", "/api/v1/admin/audit", everybody);
        add("oldest first", "/api/v1/admin/audit?after=0", everybody);
    } else if (id == "end_kit_attempt") {
        add("nothing to tell", "/api/v1/me/kit-attempt", nobody, 404);
    } else if (id == "begin_recovery") {
        const auto body = [&](const std::string& authority) {
            return json::object{{"authority", authority},
                                {"invitation_id", hex_of(world.world.id<model::InvitationId>())},
                                {"member_id", hex_of(world.world.id<model::MemberId>())},
                                {"not_after", world.clock.now() + kDay},
                                {"redeem_sha256", hex_of(world.world.id<model::Digest>())},
                                {"card", "Y2FyZA=="},
                                {"kept_code", "Y29kZQ=="}};
        };
        add("not there", "/api/v1/recoveries", nobody, 404, body(absent16));
        add("not a holder", "/api/v1/recoveries", nobody, 404, body(hex_of(owner_.custodian->person->authority)));
    } else if (id == "cancel_invitation") {
        add("not there", "/api/v1/invitations/" + absent16, nobody);
        // A custodian of the root authority rules over the sibling's invitations no more than a stranger does.
        add(
            "exists", "/api/v1/invitations/" + hex_of(sibling_invitation_.invited.invitation),
            [](const Actor& actor) {
                if (actor.standing != Standing::sibling || !is_member(actor.role)) return See::no;
                return actor.role == Role::custodian ? See::yes : See::refused;
            },
            204);
    } else if (id == "end_my_session") {
        add("not there", "/api/v1/me/sessions/" + absent16, nobody);
        const auto sessions = world.call("GET", "/api/v1/me/sessions", owner_.officer->token).object();
        for (const auto& session : sessions.at("items").as_array()) {
            add("another's", "/api/v1/me/sessions/" + std::string{session.at("id").as_string()},
                [](const Actor& actor) {
                    // His own would end with this: tried at the very end, by sign_out.
                    return actor.standing == Standing::owner && actor.role == Role::officer ? See::refused : See::no;
                });
        }
    } else if (id == "remove_passkey") {
        add("not there", "/api/v1/me/passkeys/900000", nobody, 404);
        add("no number", "/api/v1/me/passkeys/-1", nobody, 404);
    } else if (id == "create_upload") {
        const auto metadata = [&](const std::string& chain, const ApiWorld::AccountPtr& account) {
            const auto item = [](const char* key, const std::string& value) {
                return std::string{key} + " " + base64_of(as_bytes(value));
            };
            return item("chain", chain) + "," + item("attachment", hex_of(world.world.id<model::AttachmentId>())) +
                   "," + item("authority", hex_of(account->person->authority));
        };
        for (const auto& [team, standing] : {std::pair{&owner_, Standing::owner},
                                             {&participant_, Standing::participant},
                                             {&stranger_, Standing::stranger}}) {
            for (const auto& [state, chain] :
                 {std::pair{"not there", absent32}, {"exists", hex_of(open_)}, {"closed", hex_of(closed_)}}) {
                const auto see = [standing](const Actor& actor) {
                    if (actor.standing != standing || !is_member(actor.role)) return See::no;
                    return actor.role == Role::reader ? See::refused : See::yes;
                };
                add(state, "/api/v1/uploads", see, 201, {},
                    tus({{"Upload-Length", "2000"}, {"Upload-Metadata", metadata(chain, team->custodian)}}));
                // With all its bytes, and with the first of them.
                for (const auto& length : {upload_.bytes.size(), upload_.bytes.size() + 100}) {
                    add(state, "/api/v1/uploads", see, 201, {},
                        tus({{"Upload-Length", std::to_string(length)},
                             {"Content-Type", "application/offset+octet-stream"},
                             {"Upload-Metadata", metadata(chain, team->custodian)}}));
                    list.back().raw = as_text(upload_.bytes);
                }
            }
        }
    } else if (id == "upload_offset" || id == "upload_bytes" || id == "end_upload") {
        auto fields = tus();
        if (id == "upload_bytes") {
            fields.emplace_back("Upload-Offset", "0");
            fields.emplace_back("Content-Type", "application/offset+octet-stream");
        }
        add("not there", "/api/v1/uploads/" + absent16, nobody, 404, {}, fields);
        add("exists", upload_.location, nobody, 404, {}, fields);
    } else if (id == "set_quota" || id == "lift_quota") {
        const json::object body = id == "set_quota" ? json::object{{"bytes", 1'000'000'000}} : json::object{};
        add("not there", "/api/v1/admin/parties/ZZZ/quota", nobody, 404, body);
        add("exists", "/api/v1/admin/parties/X-D017/quota", everybody, 204, body);
    } else if (id == "support") {
        add("not there", "/api/v1/admin/support", nobody, 404, {{"code", "0000-0000"}});
    } else if (id == "suspend_party" || id == "resume_party" || id == "invite_founder") {
        json::object body{{"reason", "a test"}};
        if (id == "invite_founder") {
            body = {{"invitation_id", hex_of(world.world.id<model::InvitationId>())},
                    {"redeem_sha256", hex_of(world.world.id<model::Digest>())},
                    {"card", "Y2FyZA=="},
                    {"not_after", world.clock.now() + kDay},
                    {"member_id", hex_of(world.world.id<model::MemberId>())}};
        }
        const auto last = id == "invite_founder" ? "/invitation" : "/suspension";
        add("not there", std::string{"/api/v1/admin/parties/ZZZ"} + last, nobody, 404, body);
        add("exists", std::string{"/api/v1/admin/parties/X-D017"} + last, everybody, 204, body);
    } else if (id == "suspend_account" || id == "resume_account") {
        add("not there", "/api/v1/admin/accounts/nobody-here/suspension", nobody, 404, {{"reason", "a test"}});
        add("exists", "/api/v1/admin/accounts/" + extra_->user_name + "/suspension", everybody, 204,
            {{"reason", "a test"}});
    } else if (id == "admin_end_session") {
        add("not there", "/api/v1/admin/sessions/" + absent16, nobody, 404);
    } else if (id == "create_party") {
        add("new", "/api/v1/admin/parties", everybody, 201,
            {{"code", "X-N" + std::to_string(++serial_)}, {"name", "New"}});
    } else if (id == "sign_in_challenge") {
        add("not there", "/api/v1/sign-in/challenge", everybody, 200, {{"user_name", "nobody-here"}});
        add("exists", "/api/v1/sign-in/challenge", everybody, 200, {{"user_name", owner_.officer->user_name}});
    } else if (id == "sign_in") {
        for (const auto& [state, name] : {std::pair{"not there", std::string{"nobody-here"}},
                                          {"exists", owner_.officer->user_name},
                                          {"suspended", owner_.suspended->user_name}}) {
            add(state, "/api/v1/sign-in", nobody, 401,
                {{"user_name", name},
                 {"challenge", base64_of(Bytes(64, 1))},
                 {"with", "sign_in"},
                 {"signature", base64_of(Bytes(64, 1))},
                 {"totp", "123456"}});
        }
    } else if (id == "redeem") {
        add("not there", "/api/v1/invitations/redeem", nobody, 404, {{"redeem", base64_of(Bytes(16, 1))}});
    } else if (id == "checkpoint") {
        add("exists", "/log/0/checkpoint", everybody);
        add("another log", "/log/1/checkpoint", nobody, 404);
    } else if (id == "offer_checkpoint") {
        const auto own = world.call("GET", "/log/0/checkpoint").body;
        list.push_back({"its own", "/log/0/checkpoint", everybody, 204, {}, {}, own});
        list.push_back({"no note", "/log/0/checkpoint", everybody, 400, {}, {}, "nothing"});
        list.push_back({"another log", "/log/1/checkpoint", nobody, 404, {}, {}, own});
    } else if (id == "witnessed_checkpoint") {
        add("exists", "/log/0/checkpoint.witnessed", everybody);
        add("exists, first", "/log/0/checkpoint.witnessed?covers=1", everybody);
        // How far the log is witnessed is public.
        add("beyond", "/log/0/checkpoint.witnessed?covers=900000", everybody, 404);
        add("another log", "/log/1/checkpoint.witnessed", nobody, 404);
    } else if (id == "log_successor") {
        add("not there", "/log/0/successor", everybody, 404);
        add("another log", "/log/1/successor", nobody, 404);
    } else if (id == "tile") {
        add("exists", "/log/0/tile/0/000.p/1", everybody);
        add("not there", "/log/0/tile/0/x900/000", nobody, 404);
    } else {
        // Nothing in the path, and a body (where there is one) that is refused for what it is: only the gate counts.
        list.push_back({"gate", operation.path, {}, 0, {}, {}, operation.spec->contains("requestBody") ? "{}" : ""});
    }
    return list;
}

record::SignedStatement Matrix::entry_by(const Actor& actor, const model::ChainId& chain,
                                         const model::ChainId& said_chain) {
    const auto& of = world.world.dossier(chain);
    auto draft =
        world.world.draft(*actor.account->person, chain,
                          record::Entry{of.epochs().size(), of.basis(), world.blob(), {}, std::nullopt, std::nullopt});
    draft.chain = said_chain;
    draft.nonce = world.world.id<model::Nonce>();
    return *record::sign(draft, actor.account->person->key);
}

void Matrix::judge(const test::Contract::Operation& operation, const Actor& actor, const Case& one,
                   const ApiWorld::Reply& reply, const std::string& absent) {
    ++cases;
    const auto where = operation.text("operationId") + " | " + actor.name + " | " + one.state;
    const auto said = " -> " + std::to_string(reply.status) + " " + key_of(reply);
    if (!may_enter(operation, actor.role)) {
        // Kept out at the gate: by a 401 where there is no session, else by the reply of a path that is not there.
        const auto key = key_of(reply);
        const bool out = session_is_over(actor.role)
                             ? reply.status == 401 && (key == "session.missing" || key == "session.ended")
                         : is_kept_out(actor.role) ? reply.status == 403 && key == "access.address"
                                                   : reply.status == 404 && key == "http.not_found";
        if (!out) leaks.push_back("gate: " + where + said);
        if (!absent.empty() && normalised(reply) != absent) leaks.push_back("gate differs: " + where + said);
        return;
    }
    if (!one.see) {  // the gate alone
        const auto key = key_of(reply);
        if (key == "session.missing" || key == "session.ended" || key == "http.not_found")
            faults.push_back(where + said);
        return;
    }
    switch (one.see(actor)) {
        case See::yes:
            if (reply.status != one.status) faults.push_back(where + said);
            break;
        case See::refused:
            if (reply.status < 400 && operation.text("operationId") != "end_my_session")
                leaks.push_back("let in: " + where + said);
            break;
        case See::no:
            if (reply.status < 400) leaks.push_back("let in: " + where + said);
            if (normalised(reply) != absent) leaks.push_back("differs from not there: " + where + said);
            break;
    }
}

void Matrix::try_append(const test::Contract::Operation& operation, const Actor& actor) {
    const auto nowhere = world.world.id<model::ChainId>();
    for (const auto& [state, chain, said] : {std::tuple{"not there", open_, nowhere},
                                             {"exists", open_, open_},
                                             {"closed", closed_, closed_},
                                             {"library", library_, library_}}) {
        // Whoever has no keys sends what the owner's officer signed.
        Actor author = actor;
        if (!author.account || !author.account->person) author.account = owner_.officer;
        const auto statement = entry_by(author, chain, said);
        const auto body = world.append_body({statement});
        static std::map<std::string, std::string> absent;
        const auto reply = world.call("POST", "/api/v1/statements", actor.token, body);
        if (std::string_view{state} == "not there") absent[actor.name] = normalised(reply);
        const Case one{state,
                       "",
                       [state = std::string{state}](const Actor& who) {
                           if (in_dossier(who) == See::no || state == "not there") return See::no;
                           // Everybody reads the library, and one writes it.
                           const bool reads_only = state == "library" && who.standing != Standing::owner;
                           return who.role == Role::reader || state == "closed" || reads_only ? See::refused : See::yes;
                       },
                       201,
                       {},
                       {},
                       {}};
        judge(operation, actor, one, reply, absent.at(actor.name));
        if (reply.status == 201) {
            REQUIRE(world.world.append(statement).effective());
            world.clock.jump(world.world.now - world.clock.now());
        }
    }
    try_note(operation, actor);
}

// Into the owner's casebook, and, for comparison, an entry into a dossier that is nowhere.
void Matrix::try_note(const test::Contract::Operation& operation, const Actor& actor) {
    Actor author = actor;
    if (!author.account || !author.account->person) author.account = owner_.officer;
    const auto& person = *author.account->person;
    const auto nowhere = world.append_body({entry_by(author, open_, world.world.id<model::ChainId>())});
    const auto absent = normalised(world.call("POST", "/api/v1/statements", actor.token, nowhere));
    auto draft = world.world.draft(
        person, casebook_,
        record::Note{
            world.world.register_of(*owner_.officer->person).generation(owner_.officer->person->authority)->number,
            world.blob()});
    draft.nonce = world.world.id<model::Nonce>();
    const auto statement = *record::sign(draft, person.key);
    const auto reply = world.call("POST", "/api/v1/statements", actor.token, world.append_body({statement}));
    const Case one{"casebook",
                   "",
                   [](const Actor& who) {
                       if (who.standing != Standing::owner || !is_member(who.role)) return See::no;
                       return who.role == Role::reader ? See::refused : See::yes;
                   },
                   201,
                   {},
                   {},
                   {}};
    judge(operation, actor, one, reply, absent);
    if (reply.status == 201) {
        REQUIRE(world.world.append(statement).effective());
        world.clock.jump(world.world.now - world.clock.now());
    }
}

void Matrix::try_one(const test::Contract::Operation& operation, const Actor& actor) {
    covered.insert(operation.name());
    const auto id = operation.text("operationId");
    if (actor.role == Role::barred) {
        // From where his Party lets him in he does come in; so the session is none that has ended.
        const auto here = std::exchange(world.peer, "203.0.113.7");
        REQUIRE(world.call("GET", "/api/v1/me", actor.token).status == 200);
        world.peer = here;
    }
    if (actor.role == Role::way_back) REQUIRE(world.call("GET", "/api/v1/me", actor.token).status == 200);
    if (id == "append") return try_append(operation, actor);
    std::string absent;
    for (const auto& one : cases_of(operation)) {
        const bool by_cookie = id == "upload_options";
        const auto body = one.body.empty() ? one.raw : json::serialize(one.body);
        const auto reply = world.call(operation.method, one.target, by_cookie ? "" : actor.token,
                                      id == "upload_bytes" ? "x" : body, one.fields);
        // The measure for all further cases: the first that is not his, and of those "not there" stands first. Where
        // the gate keeps him out, the first of all.
        const bool hidden = !one.see || !may_enter(operation, actor.role) || one.see(actor) == See::no;
        if (absent.empty() && hidden) absent = normalised(reply);
        judge(operation, actor, one, reply, absent);
        // What a list shows must not name the dossier to those who are not in it.
        if (reply.status == 200 && (id == "dossiers" || id == "my_sessions" || id == "me") &&
            in_dossier(actor) == See::no &&
            (reply.body.find(hex_of(open_)) != std::string::npos ||
             reply.body.find(hex_of(library_)) != std::string::npos)) {
            leaks.push_back("listed: " + id + " | " + actor.name);
        }
    }
}

void Matrix::run() {
    // What ends something for others comes last.
    const std::vector<std::string> late{"cancel_invitation", "sign_out"};
    const auto is_late = [&](const test::Contract::Operation& operation) {
        return std::ranges::find(late, operation.text("operationId")) != late.end();
    };
    for (const auto& operation : world.contract().operations()) {
        if (is_late(operation)) continue;
        for (const auto& actor : actors_) {
            if (operation.text("operationId") == "end_my_session" && actor.standing == Standing::owner &&
                actor.role == Role::officer) {
                continue;
            }
            try_one(operation, actor);
        }
    }
    for (const auto& name : late) {
        for (const auto& operation : world.contract().operations()) {
            if (operation.text("operationId") != name) continue;
            for (const auto& actor : actors_) try_one(operation, actor);
        }
    }
}

}  // namespace

TEST_CASE("what is not yours answers like what is not there, for everybody, everywhere", "[web][access]") {
    Matrix matrix;
    matrix.run();

    for (const auto& leak : matrix.leaks) UNSCOPED_INFO(leak);
    CHECK(matrix.leaks.empty());
    for (const auto& fault : matrix.faults) UNSCOPED_INFO(fault);
    CHECK(matrix.faults.empty());
    for (const auto& broken : matrix.world.broken) UNSCOPED_INFO(broken);
    CHECK(matrix.world.broken.empty());
    for (const auto& operation : matrix.world.contract().operations()) {
        INFO(operation.name());
        CHECK(matrix.covered.contains(operation.name()));
    }
    std::printf("access matrix: %zu cases, %zu leaks\n", matrix.cases, matrix.leaks.size());
}

}  // namespace rogatory::tests
