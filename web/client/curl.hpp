#pragma once

// What the files of this folder call of libcurl (web/client/late.hpp). Included instead of curl/curl.h; its names hide
// those of the header within this namespace.

#include <curl/curl.h>

#include "web/client/late.hpp"

namespace rogatory::client {

#define ROGATORY_LIBCURL "libcurl.so.4"
ROGATORY_LATE_NOTE(ROGATORY_LIBCURL);
inline constexpr const char* kLibcurl = ROGATORY_LIBCURL;

ROGATORY_LATE(kLibcurl, curl_easy_cleanup);
ROGATORY_LATE(kLibcurl, curl_easy_getinfo);
ROGATORY_LATE(kLibcurl, curl_easy_init);
ROGATORY_LATE(kLibcurl, curl_easy_perform);
ROGATORY_LATE(kLibcurl, curl_easy_reset);
ROGATORY_LATE(kLibcurl, curl_easy_send);
ROGATORY_LATE(kLibcurl, curl_easy_recv);
ROGATORY_LATE(kLibcurl, curl_easy_setopt);
ROGATORY_LATE(kLibcurl, curl_easy_strerror);
ROGATORY_LATE(kLibcurl, curl_global_init);
ROGATORY_LATE(kLibcurl, curl_slist_append);
ROGATORY_LATE(kLibcurl, curl_slist_free_all);
ROGATORY_LATE(kLibcurl, curl_version_info);

// Before anything else of it. It is found by its file name, so it is asked what it is: another TLS library or an older
// one would let settings of ours on certificates and protocols pass without effect. Throws std::runtime_error.
void initialise_libcurl();

}  // namespace rogatory::client
