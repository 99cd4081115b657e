#pragma once

#include <string_view>

#include "platform/service/principal.hpp"

// The words of openapi.yaml for values of the service.
namespace rogatory::api {

[[nodiscard]] constexpr std::string_view role_name(service::Role role) {
    switch (role) {
        case service::Role::reader:
            return "reader";
        case service::Role::officer:
            return "officer";
        case service::Role::custodian:
            return "custodian";
    }
    return {};
}

[[nodiscard]] constexpr std::string_view scope_name(service::Scope scope) {
    switch (scope) {
        case service::Scope::full:
            return "full";
        case service::Scope::enrolment:
            return "enrolment";
        case service::Scope::kit:
            return "kit";
        case service::Scope::rules:
            return "rules";
    }
    return {};
}

[[nodiscard]] constexpr std::string_view account_kind_name(service::AccountKind kind) {
    switch (kind) {
        case service::AccountKind::member:
            return "member";
        case service::AccountKind::administrator:
            return "administrator";
        case service::AccountKind::auditor:
            return "auditor";
        case service::AccountKind::service:
            return "service";
    }
    return {};
}

}  // namespace rogatory::api
