#include "platform/agent/policy_text.hpp"

#include <array>
#include <ctime>

#include "platform/agent/normalise.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

Result<PolicyHalves> policy_of(const PolicyOrder& order) {
    PolicyHalves halves;
    const auto onward = model::parse_onward(order.onward);
    if (!onward) return fail(Error{ErrorCode::invalid_input, "policy.onward"}.with("value", order.onward));
    halves.clear = {*onward, order.review_at, order.expires_at};
    for (const auto& article : order.caveats) {
        if (!model::is_caveat_article(article))
            return fail(Error{ErrorCode::invalid_input, "policy.caveat"}.with("value", article));
        halves.sealed.articles.insert(article);
    }
    for (const auto& code : order.handling) {
        if (!model::is_handling_code(code))
            return fail(Error{ErrorCode::invalid_input, "policy.handling"}.with("value", code));
        halves.sealed.handling.insert(code);
    }
    ROGATORY_TRY(halves.sealed.words, normalised(order.words));
    if ((order.review_at && *order.review_at < 0) || (order.expires_at && *order.expires_at < 0)) {
        return fail(ErrorCode::invalid_input, "policy.dates");
    }
    return halves;
}

bool is_empty(const model::Caveats& caveats) {
    return caveats.articles.empty() && caveats.handling.empty() && !caveats.evaluation && caveats.words.empty();
}

PolicyView view_of(const model::HandlingPolicy& clear, const model::Caveats* sealed) {
    PolicyView view;
    view.onward = model::to_text(clear.onward);
    view.review_at = clear.review_at;
    view.expires_at = clear.expires_at;
    if (sealed != nullptr) {
        view.caveats.assign(sealed->articles.begin(), sealed->articles.end());
        view.handling.assign(sealed->handling.begin(), sealed->handling.end());
        view.words = sealed->words;
        view.sealed_half_known = true;
    }
    return view;
}

Result<model::AuthorityKind> authority_kind_of(std::string_view text) {
    if (const auto kind = model::parse_authority_kind(text)) return *kind;
    for (const auto organ : {"registry", "otp", "chambers", "tfv", "opcd", "opcv"}) {
        if (text == organ) return model::AuthorityKind::court_section;
    }
    if (text == "defence") return model::AuthorityKind::defence_team;
    if (text == "victims") return model::AuthorityKind::victims_team;
    return fail(Error{ErrorCode::invalid_input, "authority.kind"}.with("kind", std::string{text}));
}

bool is_restricted(const PolicyView& policy) {
    return policy.onward != model::to_text(model::Onward::free) || !policy.caveats.empty() ||
           !policy.handling.empty() || !policy.words.empty() || policy.review_at || policy.expires_at;
}

std::string date_text(UnixSeconds at) {
    std::tm parts{};
    const std::time_t time = at;
    ::gmtime_r(&time, &parts);
    std::array<char, 16> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return {text.data(), length};
}

namespace {

struct Known {
    std::string_view code;
    std::string_view meaning;
};

struct Words {
    std::string_view title, file, sha256, owner, dossier, received, sealed, rule, articles, handling, words, review,
        expires;
    std::string_view participants_only, own_party, source_consent, free;
    std::string_view closing, closing_of_several;
    std::string_view colon;  // with the space that the language sets before it
    std::array<Known, 4> known_articles;
    std::array<Known, 4> known_handling;
};

constexpr Words kEnglish{
    "RESTRICTIONS ON USE AND DISCLOSURE",
    "File",
    "SHA-256",
    "Source (owner)",
    "File reference",
    "Received",
    "Sealed to a file, outside the platform, on",
    "Disclosure",
    "Rome Statute",
    "Handling code",
    "In the words of the source",
    "To be reviewed on",
    "Restrictions end on",
    "Not to be disclosed to anyone who does not already have access.",
    "May be passed on to other authorities of the same State or body. Not to be disclosed beyond it.",
    "Not to be disclosed to others without the prior consent of the source.",
    "May be passed on.",
    "This sheet describes the file beside it. Keep them together.",
    "This sheet describes the files beside it. Keep them together.",
    ": ",
    {{{"54-3-e", "confidential, solely to generate new evidence"},
      {"72", "national security information"},
      {"73", "third-party information, disclosed only with the consent of the originator"},
      {"93-8-b", "confidential, solely to generate new evidence; not to be used as evidence without consent"}}},
    {{{"H0", "to prevent and combat crime"},
      {"H1", "not to be used as evidence without permission"},
      {"H2", "not to be passed on without permission"},
      {"H3", "in the words of the source"}}}};

// The no-break spaces are part of the spelling: « : » and « ; » never begin a line, nor does a number leave its word.
constexpr Words kFrench{
    "RESTRICTIONS D’UTILISATION ET DE DIFFUSION",
    "Fichier",
    "SHA-256",
    "Source (propriétaire)",
    "Référence du dossier",
    "Reçu le",
    "Scellé dans un fichier, hors de la plateforme, le",
    "Diffusion",
    "Statut de Rome",
    "Code de traitement",
    "Dans les termes de la source",
    "À réexaminer le",
    "Fin des restrictions le",
    "Ne pas communiquer à qui n’y a pas déjà accès.",
    "Peut être transmis aux autres autorités du même État ou organe. Ne pas communiquer au-delà.",
    "Ne pas communiquer à d’autres sans l’accord préalable de la source.",
    "Peut être transmis.",
    "Cette fiche décrit le fichier auquel elle est jointe. Ne pas les séparer.",
    "Cette fiche décrit les fichiers auxquels elle est jointe. Ne pas les séparer.",
    "\u00a0: ",
    {{{"54-3-e", "à titre confidentiel, pour recueillir des éléments de preuve nouveaux"},
      {"72", "renseignements touchant à la sécurité nationale"},
      {"73", "renseignements de tiers, autorisation de la source requise"},
      {"93-8-b",
       "à titre confidentiel, pour recueillir des éléments de preuve nouveaux\u00a0; pas d’utilisation comme preuve "
       "sans consentement"}}},
    {{{"H0", "pour prévenir et combattre la criminalité"},
      {"H1", "pas d’utilisation comme preuve sans autorisation"},
      {"H2", "pas de diffusion sans autorisation"},
      {"H3", "dans les termes de la source"}}}};

// "93-8-b" as the Court cites it: Art. 93(8)(b); art. 93, par. 8, al. b).
std::string cited(const std::string& article, bool french) {
    const auto first = article.find('-');
    std::string text = (french ? "art.\u00a0" : "Art. ") + article.substr(0, first);
    for (auto at = first; at != std::string::npos;) {
        const auto next = article.find('-', at + 1);
        const auto part = article.substr(at + 1, next == std::string::npos ? next : next - at - 1);
        const bool number = part.front() >= '0' && part.front() <= '9';
        if (!french) {
            text += "(" + part + ")";
        } else if (number) {
            text += ", par.\u00a0" + part;
        } else {
            text += ", al.\u00a0" + part + ")";
        }
        at = next;
    }
    return text;
}

std::string with_meaning(std::string text, const std::string& code, const std::array<Known, 4>& known,
                         std::string_view colon) {
    for (const auto& one : known) {
        if (one.code == code) return text.append(colon).append(one.meaning);
    }
    return text;
}

// Either sheet: one file of a dossier, or what was sealed to a file.
struct SheetFacts {
    std::vector<std::pair<std::string, std::string>> files;
    const std::string& owner;
    const std::string* dossier;  // nothing: outside the platform
    UnixSeconds at;
    const PolicyView& policy;
};

void write(std::string& out, const Words& words, const SheetFacts& facts) {
    const bool french = &words == &kFrench;
    const auto line = [&](std::string_view label, std::string_view value) {
        if (value.empty()) return;
        out.append(label).append(words.colon).append(value) += '\n';
    };
    const auto rule = facts.policy.onward == "participants_only" ? words.participants_only
                      : facts.policy.onward == "own_party"       ? words.own_party
                      : facts.policy.onward == "source_consent"  ? words.source_consent
                                                                 : words.free;
    out.append(words.title) += "\n\n";
    for (const auto& [name, sha256] : facts.files) {
        line(words.file, name);
        line(words.sha256, sha256);
    }
    line(words.owner, facts.owner);
    if (facts.dossier != nullptr) line(words.dossier, *facts.dossier);
    line(facts.dossier != nullptr ? words.received : words.sealed, date_text(facts.at));
    line(words.rule, rule);
    for (const auto& article : facts.policy.caveats)
        line(words.articles, with_meaning(cited(article, french), article, words.known_articles, words.colon));
    for (const auto& code : facts.policy.handling)
        line(words.handling, with_meaning(code, code, words.known_handling, words.colon));
    line(words.words, facts.policy.words);
    if (facts.policy.review_at) line(words.review, date_text(*facts.policy.review_at));
    if (facts.policy.expires_at) line(words.expires, date_text(*facts.policy.expires_at));
    out += '\n';
    out.append(facts.files.size() == 1 ? words.closing : words.closing_of_several) += '\n';
}

std::string in_both(const SheetFacts& facts) {
    std::string text;
    write(text, kEnglish, facts);
    text += "\n----------------------------------------\n\n";
    write(text, kFrench, facts);
    return text;
}

}  // namespace

std::string restriction_sheet(const RestrictionFacts& facts) {
    return in_both({{{facts.file_name, facts.sha256}}, facts.owner, &facts.dossier, facts.received_at, facts.policy});
}

std::string sealed_file_sheet(const SealedFileFacts& facts) {
    return in_both({facts.files, facts.owner, nullptr, facts.sealed_at, facts.policy});
}

}  // namespace rogatory::agent
