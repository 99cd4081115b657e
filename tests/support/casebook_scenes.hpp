#pragma once

#include <string>
#include <vector>

#include "platform/record/casebook_state.hpp"
#include "platform/record/sealed_body.hpp"
#include "tests/support/record_world.hpp"

// The casebooks of two authorities of one State and of a foreign one, with everybody who might write in one, and every
// way in which a note has no effect: unit tests try them, and tests/vectors/protocol writes the same for other
// implementations.
namespace rogatory::tests::casebook_scene {

using namespace rogatory::record;  // NOLINT: a test's helper

struct Scene {
    World world{1741};
    PersonPtr custodian, officer, reader, service, removed, sibling, foreign;
    age::HybridIdentity first_generation = age::HybridIdentity::generate(world.random);
    age::HybridIdentity siblings_generation = age::HybridIdentity::generate(world.random);
    model::Digest noted;

    Scene() {
        auto& w = world;
        custodian = w.found("SEN");
        foreign = w.found("FRA");
        officer = w.add_member(*custodian, model::Role::officer);
        reader = w.add_member(*custodian, model::Role::reader);
        service = w.add_member(*custodian, model::Role::officer, true);
        removed = w.add_member(*custodian, model::Role::officer);
        sibling = w.add_authority(*custodian);
        noted = w.digest();
        w.must(*officer, chain(), Note{1, noted});
        w.must(*removed, chain(), Note{1, w.digest()});
        w.must(*sibling, chain_of(*sibling, siblings_generation), Note{1, w.digest()});
        w.must(*foreign, chain_of(*foreign, age::HybridIdentity::generate(w.random)), Note{1, w.digest()});
        w.remove_member(*custodian, *removed);
        // To the generation that the leaver holds: void, and it keeps its place.
        w.say(*officer, chain(), Note{1, w.digest()});
        w.must(*custodian, chain(), Note{2, w.digest()});
    }

    [[nodiscard]] static model::ChainId chain_of(const Person& person, const age::HybridIdentity& generation) {
        return casebook_chain(person.authority, generation);
    }
    [[nodiscard]] model::ChainId chain() const { return chain_of(*custodian, first_generation); }

    struct Case {
        std::string what;
        PersonPtr signer;
        Body body;
        std::string reason;  // empty: it takes effect
    };
    // Each judged after all that was said above, and then forgotten.
    [[nodiscard]] std::vector<Case> cases() {
        auto& w = world;
        const auto fresh = [&w](std::uint64_t generation) { return Note{generation, w.digest()}; };
        return {
            {"by an officer", officer, fresh(2), ""},
            {"by an access manager", custodian, fresh(2), ""},
            {"by a service account", service, fresh(2), ""},
            {"by a reader", reader, fresh(2), "void.not_officer"},
            {"by one who was removed", removed, fresh(2), "void.not_a_member"},
            {"by another authority of the same Party", sibling, fresh(1), "void.not_the_authority"},
            {"by another Party", foreign, fresh(1), "void.not_the_authority"},
            {"sealed to a generation that a leaver holds", officer, fresh(1), "void.generation"},
            {"sealed to a generation that is not there", officer, fresh(3), "void.generation"},
            {"a file that stands there already", officer, Note{2, noted}, "void.file_reused"},
            {"a statement of another chain", custodian, PublisherSet{sibling->authority, true}, "void.wrong_chain"},
        };
    }
};

// Sealed bodies of notes: one of each kind, by the officer of the scene.
struct Noted {
    std::string what;
    model::CasebookNote note;
};
struct Notes {
    model::ChainId first, second, third;
    model::MemberId awa, bineta, cheikh;
    std::vector<Noted> all;  // in the order in which they are applied

    explicit Notes(World& w)
        : first{w.id<model::ChainId>()},
          second{w.id<model::ChainId>()},
          third{w.id<model::ChainId>()},
          awa{w.id<model::MemberId>()},
          bineta{w.id<model::MemberId>()},
          cheikh{w.id<model::MemberId>()} {
        using namespace model;  // NOLINT: a test's helper
        all = {
            {"assigned", Assigned{first, awa, {}}},
            {"assigned with a deputy", Assigned{second, awa, bineta}},
            {"assigned to another", Assigned{first, bineta, {}}},
            {"and to a third", Assigned{third, cheikh, awa}},
            {"a month away", Deputised{awa, cheikh, "2027-08-01", "2027-08-31"}},
            {"two days of it by another", Deputised{awa, bineta, "2027-08-10", "2027-08-11"}},
            {"one by nobody", Deputised{awa, {}, "2027-08-20", "2027-08-20"}},
            {"linked", Linked{second, first, LinkRelation::follow_up}},
            {"linked otherwise", Linked{first, second, LinkRelation::same_matter}},
            {"a renewal", Linked{third, first, LinkRelation::renewal}},
            {"a reply", Linked{third, second, LinkRelation::reply}},
            {"no longer linked", Linked{second, third, {}}},
            {"a remark", Remarked{first, "The bank asks for the 2nd page; rappeler lundi."}},
            {"another remark", Remarked{first, "Done."}},
            {"handed over", HandedOver{awa, cheikh}},
            {"and to nobody", HandedOver{bineta, {}}},
            {"assigned to nobody", Assigned{third, {}, {}}},
        };
    }

    [[nodiscard]] CasebookState state() const {
        CasebookState out;
        for (const auto& one : all) out.apply(one.note, {});
        return out;
    }
};

// As the author of this statement would seal it.
[[nodiscard]] inline SealedBody sealed(const Statement& statement, model::CasebookNote note) {
    SealedBody body;
    body.chain = statement.chain;
    body.author = statement.author;
    body.nonce = statement.nonce;
    body.note = std::move(note);
    return body;
}

}  // namespace rogatory::tests::casebook_scene
