#pragma once

#include <memory>

#include "web/http/router.hpp"
#include "web/page/bundle.hpp"

namespace rogatory::page {

// What answers a GET that no route of the API knows: a file of the bundle, the page itself where the path looks like
// one of its screens, or the same 404 as ever. Nobody's session is looked at and nothing of a request is in a reply.
[[nodiscard]] http::Route site(std::shared_ptr<const Bundle> bundle);

}  // namespace rogatory::page
