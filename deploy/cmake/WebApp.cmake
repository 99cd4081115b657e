# Target web_app: the web client in ${CMAKE_BINARY_DIR}/pages, beside the programs, where `rogatoryd init` finds it.
set(ROGATORY_WEB_DIST "" CACHE PATH "What a build of the web client left, to serve instead of building web/app here")

# Not build/<preset>/web: that is where the objects of web/ lie.
set(web_app_out ${CMAKE_BINARY_DIR}/pages)
if(ROGATORY_WEB_DIST)
  set(web_app_from --from ${ROGATORY_WEB_DIST})
  set(web_app_sources ${ROGATORY_WEB_DIST}/manifest.json)
else()
  set(web_app_from)
  file(GLOB_RECURSE web_app_sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/web/app/src/* ${PROJECT_SOURCE_DIR}/web/app/catalogue/* ${PROJECT_SOURCE_DIR}/web/app/public/*
    ${PROJECT_SOURCE_DIR}/web/app/tooling/* ${PROJECT_SOURCE_DIR}/web/app/*.html ${PROJECT_SOURCE_DIR}/web/app/*.json
    ${PROJECT_SOURCE_DIR}/web/app/*.js ${PROJECT_SOURCE_DIR}/web/app/*.ts ${PROJECT_SOURCE_DIR}/web/cli/catalogue/*.json
    ${PROJECT_SOURCE_DIR}/platform/casework/data/*.csv)
endif()
add_custom_command(OUTPUT ${web_app_out}/manifest.json
  COMMAND ${PROJECT_SOURCE_DIR}/deploy/web-app ${web_app_out} ${web_app_from}
  DEPENDS ${web_app_sources} ${PROJECT_SOURCE_DIR}/deploy/web-app
  COMMENT "Building the web client" VERBATIM)
add_custom_target(web_app DEPENDS ${web_app_out}/manifest.json)
