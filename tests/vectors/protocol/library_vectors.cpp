#include "tests/vectors/protocol/history_vectors.hpp"
#include "tests/vectors/protocol/json_text.hpp"

namespace rogatory::tests {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator

// A work of the library: opened by who may not publish yet and by who may; everything anybody else might say in it; a
// flag taken back; somebody let in who came later.
void add_library_vectors(std::map<std::string, std::string>& files) {
    using model::Onward;
    World w{51};
    const auto sen = w.found("SEN");
    const auto fra = w.found("FRA");
    const auto otp = w.found("X-OTP");
    const auto assembly = w.found("X-ASP");
    w.pin_all({sen, fra, otp, assembly});
    const auto opening = [&] {
        return Opened{DossierKind::library, {Onward::free, {}, {}}, w.epoch(1, {w.ref(*sen), w.ref(*fra)}), w.digest()};
    };
    const auto try_opening = [&](const Person& who) {
        const auto body = opening();
        w.say(who, dossier_chain(who.authority, body.epoch.recipient), body);
    };
    const auto flag = [&](const Person& who, bool publisher) {
        w.must(who, who.register_chain, PublisherSet{who.authority, publisher});
    };
    try_opening(*sen);
    for (const auto& who : {fra, assembly}) flag(*who, true);
    try_opening(*sen);
    try_opening(*assembly);
    flag(*sen, true);
    const auto reader = w.add_member(*sen, model::Role::reader);
    const auto chain = w.open(*sen, {w.ref(*fra)}, {Onward::free, {}, {}}, DossierKind::library);
    const auto first = w.add_entry(*sen, chain);
    w.say(*reader, chain, w.entry(chain));
    const auto next = [&] {
        return EpochStarted{w.epoch(2, w.dossier(chain).participants()), w.dossier(chain).policy_statement(), {}};
    };
    w.say(*fra, chain, w.entry(chain));
    w.say(*fra, chain, w.grant(chain, w.ref(*otp), {1}));
    w.say(*fra, chain, next());
    w.say(*fra, chain, w.revoke(chain, w.ref(*fra)));
    w.say(*fra, chain, Withdrawn{{first}, {}});
    w.say(*fra, chain, Closed{});
    w.must(*fra, receipts_chain(chain, fra->authority), Fetched{chain, {first}});
    // Of another authority of the same Party: not the opener either.
    const auto aro = w.add_authority(*sen);
    w.say(*aro, chain, w.entry(chain));
    w.must(*sen, chain, w.grant(chain, w.ref(*otp), {1}));
    flag(*sen, false);
    w.say(*sen, chain, w.entry(chain));
    w.must(*sen, chain, w.grant(chain, w.ref(*aro), {1}));
    flag(*sen, true);
    w.add_entry(*sen, chain);
    // What everybody may read goes on although the key of one of them is not checked any more.
    w.must(*sen, sen->register_chain, Unpinned{code("FRA"), w.ref(*fra).party});
    w.add_entry(*sen, chain);
    w.must(*sen, chain, Withdrawn{{first}, w.digest()});
    w.must(*sen, chain, w.revoke(chain, w.ref(*fra)));
    w.must(*sen, chain, Closed{});
    files["library_history.json"] = json_text({{"history", Json{history_of(w)}}});
}

}  // namespace rogatory::tests
