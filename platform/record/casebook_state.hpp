#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/model/casebook.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

// Where things stand by an authority's notes, each applied in the order of the chain: what was said last holds. A note
// that nobody can read is left out by the caller and takes nothing from the others.
class CasebookState {
public:
    struct Said {
        model::StatementId statement;
        model::MemberId by;
        UnixSeconds at = 0;
    };
    struct Assignment {
        model::MemberId member;
        std::optional<model::MemberId> deputy;
        Said said;
    };
    struct Deputyship {
        model::Deputised days;
        Said said;
    };
    struct Link {
        model::ChainId dossier;
        model::ChainId other;
        model::LinkRelation relation{};
        Said said;
    };
    struct Remark {
        std::string text;
        Said said;
    };

    void apply(const model::CasebookNote& note, const Said& said);

    [[nodiscard]] const std::map<model::ChainId, Assignment>& assignments() const noexcept { return assignments_; }
    // In the order of the chain; one that a later one covers day for day is gone.
    [[nodiscard]] const std::vector<Deputyship>& deputyships() const noexcept { return deputyships_; }
    // By the two dossiers, the smaller id first.
    [[nodiscard]] const std::map<std::pair<model::ChainId, model::ChainId>, Link>& links() const noexcept {
        return links_;
    }
    [[nodiscard]] std::vector<Link> links_of(const model::ChainId& dossier) const;
    [[nodiscard]] const std::map<model::ChainId, std::vector<Remark>>& remarks() const noexcept { return remarks_; }
    [[nodiscard]] const std::vector<Remark>& remarks(const model::ChainId& dossier) const;

    // Who acts for the member on that day: what was said last of it.
    [[nodiscard]] std::optional<model::MemberId> deputy_of(const model::MemberId& member, std::string_view day) const;
    // Whether it is the member's to deal with on that day: assigned to him, as deputy too, or to somebody for whom he
    // acts then.
    [[nodiscard]] bool deals_with(const model::MemberId& member, const model::ChainId& dossier,
                                  std::string_view day) const;
    // Assigned to the member, as deputy too.
    [[nodiscard]] std::vector<model::ChainId> assigned_to(const model::MemberId& member) const;

private:
    void take(const model::Assigned& note, const Said& said);
    void take(const model::Deputised& note, const Said& said);
    void take(const model::Linked& note, const Said& said);
    void take(const model::Remarked& note, const Said& said);
    void take(const model::HandedOver& note, const Said& said);

    std::map<model::ChainId, Assignment> assignments_;
    std::vector<Deputyship> deputyships_;
    std::map<std::pair<model::ChainId, model::ChainId>, Link> links_;
    std::map<model::ChainId, std::vector<Remark>> remarks_;
};

}  // namespace rogatory::record
