uno, otro = valores["uno"], valores["otro"]
