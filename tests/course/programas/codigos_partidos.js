(codes) =>
  codes
    .filter(
      (code) => code.textContent.length <= 20 && !code.closest("td") && code.getClientRects().length > 1,
    )
    .map((code) => code.textContent);
