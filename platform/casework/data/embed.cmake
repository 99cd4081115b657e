# Turns the files of this folder into one C++ file: cmake -DIN=<folder> -DOUT=<file> -P embed.cmake
set(text "// Made from platform/casework/data by embed.cmake.\n#include \"platform/casework/data.hpp\"\n\nnamespace rogatory::casework::data {\n\n")
foreach(entry "Countries countries.csv" "Currencies currencies.csv" "Figures figures.csv" "Iban iban.csv"
    "Columns columns.csv" "Recommendations recommendations.csv" "Words words.csv")
  string(REPLACE " " ";" pair "${entry}")
  list(GET pair 0 name)
  list(GET pair 1 file)
  file(READ "${IN}/${file}" content)
  string(APPEND text "const std::string_view k${name} = R\"~~(${content})~~\";\n")
endforeach()
string(APPEND text "\n}  // namespace rogatory::casework::data\n")
file(WRITE "${OUT}" "${text}")
